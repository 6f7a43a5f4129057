import { randomInt } from 'node:crypto';
import { cloudDefaults, createStorage } from '@icechunk/storage-core';
import { defineModelTests, withoutDefaultType } from '@icechunk-tooling/model';
import { describeWithServer } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { startGoogleFront } from './google-front.ts';
import { openTarget } from './open-target.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

describeWithServer(
  'fake-gcs',
  'random operations on fake-gcs-server with the conditions that it ignores',
  (server) => {
    let front: Awaited<ReturnType<typeof startGoogleFront>>;
    beforeAll(async () => {
      front = await startGoogleFront(server.url);
    });
    afterAll(() => front?.stop());
    defineModelTests(
      { describe, it },
      {
        name: 'storage-gcs',
        open: async (wrap, settings) => {
          const client = new GcsStorageClient(openTarget(front.url, await server.createBucket()));
          // The texts are far below the provider's smallest part: so that they come in several.
          Object.assign(client.multipart, { partUnitBytes: 4 });
          return createStorage(wrap(withoutDefaultType(client)), { defaults: cloudDefaults, settings });
        },
        flatNamespace: true,
        userMetadata: true,
      },
      seed,
    );
  },
  { inMemory: true },
);
