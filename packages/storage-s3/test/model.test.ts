import { randomInt } from 'node:crypto';
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
import { S3StorageClient } from '../src/client.ts';
import { targetAt } from './target-at.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

describeWithServer('minio', 'against the model', (minio) => {
  let bucket = '';
  let opened = 0;
  beforeAll(async () => {
    bucket = await minio.createBucket();
  });

  const target: ModelTarget = {
    name: 'storage-s3',
    open: (wrap, settings) => {
      const { url, accessKeyId, secretAccessKey, region } = minio;
      const prefix = `model-${++opened}`;
      const client = new S3StorageClient(targetAt({ url, bucket, accessKeyId, secretAccessKey, region, prefix }));
      return createStorage(wrap(asTheModelHasIt(client)), { defaults: cloudDefaults, settings });
    },
    // MinIO keeps objects in folders.
    flatNamespace: false,
    userMetadata: true,
    contentEtags: true,
  };

  // Fewer runs than in memory: each has a server's answers to wait for.
  const sequences = { seed, runs: 40 };
  const interleavings = { seed, runs: 100 };
  it(`operations one after the other (ICECHUNK_TEST_SEED=${seed})`, () => checkSequences(target, sequences));
  it(`operations interleaved (ICECHUNK_TEST_SEED=${seed})`, () => checkInterleavings(target, interleavings));
});

/** What is stored where no content type is given: the SDK's with a put, the store's own with an upload in parts. The model has none then, and never these. */
const defaults: readonly (string | undefined)[] = ['application/octet-stream', 'binary/octet-stream'];

function asTheModelHasIt(client: S3StorageClient): StorageClient {
  const get = async (...args: Parameters<StorageClient['get']>): Promise<GetAnswer> => {
    const answer = await S3StorageClient.prototype.get.apply(client, args);
    return answer.kind === 'found' ? untyped(answer) : answer;
  };
  const head = async (...args: Parameters<StorageClient['head']>): Promise<ObjectHead> =>
    untyped(await S3StorageClient.prototype.head.apply(client, args));
  return Object.assign(client, { get, head });
}

function untyped<Head extends ObjectHead>(head: Head): Head {
  if (!defaults.includes(head.contentType)) return head;
  const { contentType: _, ...rest } = head;
  return rest as Head;
}
