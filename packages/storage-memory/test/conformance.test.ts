import { createStorage, localDefaults, type Storage, type StorageClient, withPrefix } from '@icechunk/storage-core';
import { type ConformanceHarness, defineConformanceTests, type OpenContext } from '@icechunk/storage-core/conformance';
import { describe, it } from 'vitest';
import { InMemoryClient, InMemoryObjects } from '../src/index.ts';
import { UploadsInSequence } from './uploads-in-sequence.ts';

/** A harness whose storages of one prefix share one place, each through a client of its own. */
function harnessOf(
  name: string,
  place: (storage: Storage, context: OpenContext) => Storage,
  overrides: Partial<ConformanceHarness> = {},
  change: (client: InMemoryClient, objects: InMemoryObjects) => StorageClient = (client) => client,
): ConformanceHarness {
  const places = new Map<string, InMemoryObjects>();
  const open = (context: OpenContext): Storage => {
    const objects = places.get(context.prefix) ?? new InMemoryObjects();
    places.set(context.prefix, objects);
    const client = context.wrap(change(new InMemoryClient(objects), objects));
    return place(createStorage(client, { defaults: localDefaults, ...context }), context);
  };
  return { name, open, openSecond: open, faults: true, ...overrides };
}

/** Pages and batches of a few, so that hundreds of objects take many of each. */
function withSmallLimits(client: InMemoryClient): StorageClient {
  const { listing, capabilities } = client;
  if (listing.kind !== 'pages') throw new Error('the listing of the client in memory comes in pages');
  return Object.assign(client, {
    capabilities: { ...capabilities, maxDeleteBatch: 3 },
    listing: {
      kind: 'pages',
      page: (request, context) => listing.page({ ...request, maxKeys: Math.min(request.maxKeys ?? 7, 7) }, context),
    } satisfies typeof listing,
  });
}

defineConformanceTests(
  { describe, it },
  harnessOf('memory', (storage) => storage),
);

defineConformanceTests(
  { describe, it },
  harnessOf('memory under a prefix', (storage, { prefix }) => withPrefix(storage, prefix)),
);

defineConformanceTests(
  { describe, it },
  harnessOf('memory under a prefix with a slash at its end', (storage, { prefix }) =>
    withPrefix(storage, `${prefix}/`),
  ),
);

defineConformanceTests(
  { describe, it },
  harnessOf('memory under prefixes in one another, with odd names', (storage, { prefix }) =>
    withPrefix(withPrefix(storage, 'a b+%2F/é/'), prefix),
  ),
);

defineConformanceTests(
  { describe, it },
  harnessOf(
    'memory with small pages and batches',
    (storage) => storage,
    { limits: { manyObjects: 300 } },
    withSmallLimits,
  ),
);

defineConformanceTests(
  { describe, it },
  harnessOf(
    'memory with uploads in sequence',
    (storage) => storage,
    { limits: { manyObjects: 300 } },
    (client, objects) => Object.assign(client, { multipart: new UploadsInSequence(objects) }),
  ),
);
