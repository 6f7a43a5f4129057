import { randomInt } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { cloudDefaults, createStorage, type StorageClient } from '@icechunk/storage-core';
import { checkInterleavings, checkSequences, type ModelTarget, withoutDefaultType } from '@icechunk-tooling/model';
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
      const client = inOnePiece(new AzureStorageClient(targetOf(container, { prefix: `model-${++opened}` })));
      return createStorage(wrap(withoutDefaultType(client)), { defaults: cloudDefaults, settings });
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
 * Azurite takes the blocks of an upload under way for a blob when another writer creates it with Put Blob, and refuses: so objects
 * are written in one piece here. Uploads in parts that meet are in blocks-race.test.ts.
 */
function inOnePiece(client: AzureStorageClient): StorageClient {
  return Object.assign(client, { multipart: undefined });
}
