import { cloudDefaults, createStorage, type Storage, withPrefix } from '@icechunk/storage-core';
import { type ConformanceHarness, defineConformanceTests, type OpenContext } from '@icechunk/storage-core/conformance';
import { describeWithServer, type FakeGcsServer } from '@icechunk-tooling/servers';
import { describe, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { openTarget } from './open-target.ts';

/** Where in a bucket the storage of a case is: at a prefix of the client's, and below one of `withPrefix`. */
type Place = (prefix: string) => { readonly prefix: string; readonly below?: string };

function harnessOf(
  name: string,
  server: FakeGcsServer,
  place: Place,
  overrides: Partial<ConformanceHarness> = {},
): ConformanceHarness {
  // The server goes through every object of a bucket for each call: one bucket for all would take minutes.
  const buckets = new Map<string, Promise<string>>();
  const bucketOf = (prefix: string): Promise<string> => {
    const bucket = buckets.get(prefix) ?? server.createBucket();
    buckets.set(prefix, bucket);
    return bucket;
  };
  const open = async (context: OpenContext): Promise<Storage> => {
    const { prefix, below } = place(context.prefix);
    const target = openTarget(server.url, await bucketOf(context.prefix), { prefix });
    const client = context.wrap(new GcsStorageClient(target));
    const storage = createStorage(client, { defaults: cloudDefaults, ...context });
    return below === undefined ? storage : withPrefix(storage, below);
  };
  return { name, open, openSecond: open, faults: true, ...overrides };
}

const skip = {
  // Google refuses it: see copy.test.ts, and https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite (seen 2026-11).
  'copy.stale-version': 'fake-gcs-server 1.56.1 ignores ifSourceGenerationMatch',
};

describeWithServer(
  'fake-gcs',
  'conformance',
  (server) => {
    defineConformanceTests(
      { describe, it },
      harnessOf('fake-gcs-server', server, (prefix) => ({ prefix }), { skip, limits: { manyObjects: 300 } }),
    );
    defineConformanceTests(
      { describe, it },
      harnessOf(
        'fake-gcs-server under prefixes in one another',
        server,
        (below) => ({ prefix: '/a b+%2F//é/', below }),
        {
          skip,
          limits: { manyObjects: 60 },
        },
      ),
    );
  },
  { inMemory: true },
);
