import { randomInt } from 'node:crypto';
import { cloudDefaults, createStorage } from '@icechunk/storage-core';
import { checkInterleavings, checkSequences, type ModelTarget, withoutDefaultType } from '@icechunk-tooling/model';
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
      return createStorage(wrap(withoutDefaultType(client, defaultTypes)), { defaults: cloudDefaults, settings });
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

/** What is stored where no content type is given: the SDK's with a put, the store's own with an upload in parts. */
const defaultTypes: readonly string[] = ['application/octet-stream', 'binary/octet-stream'];
