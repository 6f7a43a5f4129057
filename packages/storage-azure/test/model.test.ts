import { randomInt } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import {
  cloudDefaults,
  createStorage,
  type GetAnswer,
  type ObjectHead,
  type StorageClient,
} from '@icechunk/storage-core';
import { checkInterleavings, checkSequences, type ModelTarget } from '@icechunk-tooling/model';
import { describeWithServer } from '@icechunk-tooling/servers';
import { beforeAll, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { freshContainer, targetOf } from './target.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

describeWithServer('azurite', 'against the model', (server) => {
  let container: ContainerClient;
  let opened = 0;
  beforeAll(async () => {
    container = await freshContainer(server);
  });

  const target: ModelTarget = {
    name: 'storage-azure',
    open: (wrap, settings) => {
      const client = asTheModelHasIt(new AzureStorageClient(targetOf(container, { prefix: `model-${++opened}` })));
      return createStorage(wrap(client), { defaults: cloudDefaults, settings });
    },
    flatNamespace: true,
    userMetadata: true,
  };

  // Fewer runs than in memory: each has a server's answers to wait for.
  const sequences = { seed, runs: 60 };
  const interleavings = { seed, runs: 150 };
  it(`operations one after the other (ICECHUNK_TEST_SEED=${seed})`, () => checkSequences(target, sequences));
  it(`operations interleaved (ICECHUNK_TEST_SEED=${seed})`, () => checkInterleavings(target, interleavings));
});

/**
 * Azure stores `application/octet-stream` where no content type is given; the model has none then, and never gives this one.
 *
 * Azurite takes the blocks of an upload under way for a blob when another writer creates it with Put Blob, and refuses: so objects
 * are written in one piece here. Uploads in parts that meet are in blocks-race.test.ts.
 */
function asTheModelHasIt(client: AzureStorageClient): StorageClient {
  const get = async (...args: Parameters<StorageClient['get']>): Promise<GetAnswer> => {
    const answer = await AzureStorageClient.prototype.get.apply(client, args);
    return answer.kind === 'found' ? untyped(answer) : answer;
  };
  const head = async (...args: Parameters<StorageClient['head']>): Promise<ObjectHead> =>
    untyped(await AzureStorageClient.prototype.head.apply(client, args));
  return Object.assign(client, { get, head, multipart: undefined });
}

function untyped<Head extends ObjectHead>(head: Head): Head {
  if (head.contentType !== 'application/octet-stream') return head;
  const { contentType: _, ...rest } = head;
  return rest as Head;
}
