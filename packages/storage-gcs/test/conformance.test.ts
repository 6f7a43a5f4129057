import { cloudDefaults, createStorage, type Storage, withPrefix } from '@icechunk/storage-core';
import { type ConformanceHarness, defineConformanceTests, type OpenContext } from '@icechunk/storage-core/conformance';
import { describeWithServer, type FakeGcsServer } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { startGoogleFront } from './google-front.ts';
import { openTarget } from './open-target.ts';

/** Where in a bucket the storage of a case is: at a prefix of the client's, and below one of `withPrefix`. */
type Place = (prefix: string) => { readonly prefix: string; readonly below?: string };

function harnessOf(
  name: string,
  server: FakeGcsServer,
  urlOf: () => string,
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
    const target = openTarget(urlOf(), await bucketOf(context.prefix), { prefix });
    const client = context.wrap(new GcsStorageClient(target));
    const storage = createStorage(client, { defaults: cloudDefaults, ...context });
    return below === undefined ? storage : withPrefix(storage, below);
  };
  return { name, open, openSecond: open, faults: true, ...overrides };
}

const skip = {
  // Google refuses it: see copy.test.ts, and https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite (seen 2026-11).
  'copy.stale-version': 'fake-gcs-server 1.56.1 ignores ifSourceGenerationMatch',
  // Through the front it passes: https://cloud.google.com/storage/docs/performing-resumable-uploads#status-check (seen 2026-11).
  'multi.lost-part': 'fake-gcs-server 1.56.1 takes the question how far an upload came for its end',
};

describeWithServer(
  'fake-gcs',
  'conformance',
  (server) => {
    let front: Awaited<ReturnType<typeof startGoogleFront>>;
    beforeAll(async () => {
      front = await startGoogleFront(server.url);
    });
    afterAll(() => front?.stop());

    const bare = { skip, limits: { manyObjects: 300 } };
    defineConformanceTests(
      { describe, it },
      harnessOf(
        'fake-gcs-server',
        server,
        () => server.url,
        (prefix) => ({ prefix }),
        bare,
      ),
    );

    const few = { limits: { manyObjects: 60 } };
    defineConformanceTests(
      { describe, it },
      harnessOf(
        'fake-gcs-server with the conditions that it ignores, under prefixes in one another',
        server,
        () => front.url,
        (below) => ({ prefix: '/a b+%2F//é/', below }),
        few,
      ),
    );
  },
  { inMemory: true },
);
