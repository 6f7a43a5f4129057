import { randomInt } from 'node:crypto';
import {
  cloudDefaults,
  createStorage,
  type GetAnswer,
  type ObjectHead,
  type StorageClient,
} from '@icechunk/storage-core';
import { defineModelTests } from '@icechunk-tooling/model';
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
          return createStorage(wrap(asTheModelHasIt(client)), { defaults: cloudDefaults, settings });
        },
        flatNamespace: true,
        userMetadata: true,
      },
      seed,
    );
  },
  { inMemory: true },
);

/** Google gives `application/octet-stream` for an object without a content type; the model has none then, and never this one. */
function asTheModelHasIt(client: GcsStorageClient): StorageClient {
  const get = async (...args: Parameters<StorageClient['get']>): Promise<GetAnswer> => {
    const answer = await GcsStorageClient.prototype.get.apply(client, args);
    return answer.kind === 'found' ? untyped(answer) : answer;
  };
  const head = async (...args: Parameters<StorageClient['head']>): Promise<ObjectHead> =>
    untyped(await GcsStorageClient.prototype.head.apply(client, args));
  return Object.assign(client, { get, head });
}

function untyped<Head extends ObjectHead>(head: Head): Head {
  if (head.contentType !== 'application/octet-stream') return head;
  const { contentType: _, ...rest } = head;
  return rest as Head;
}
