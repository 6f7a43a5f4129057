import { cloudDefaults, createStorage, type Storage } from '@icechunk/storage-core';
import { type ConformanceHarness, defineConformanceTests, type OpenContext } from '@icechunk/storage-core/conformance';
import { describeWithServer } from '@icechunk-tooling/servers';
import { beforeAll, describe, it } from 'vitest';
import { S3StorageClient } from '../src/client.ts';
import { targetAt } from './target-at.ts';

const capabilities: ConformanceHarness['capabilities'] & object = {
  // An etag is the hash of the bytes, on MinIO as on S3.
  contentEtags: true,
  // MinIO keeps objects in folders: with an object `d` it gives back `d/e`, and does not list it.
  flatNamespace: false,
};

const skip = {
  'key.backslash':
    'MinIO refuses `a\\..\\b`, and answers a HEAD of it by a 400 without a code, which could be anything: see client.minio.test.ts',
};

// MinIO lists and deletes a thousand at once: these are three pages, and either half is more than one batch.
const many: Partial<ConformanceHarness> = { limits: { manyObjects: 2_100 } };

// A prefix changes names alone, not pages.
const few: Partial<ConformanceHarness> = { limits: { manyObjects: 120 } };

describeWithServer('minio', 'MinIO', (minio) => {
  let bucket = '';
  beforeAll(async () => {
    bucket = await minio.createBucket();
  });

  function harnessOf(
    name: string,
    spell: (prefix: string) => string,
    overrides: Partial<ConformanceHarness> = {},
  ): ConformanceHarness {
    const open = (context: OpenContext): Storage => {
      const { url, accessKeyId, secretAccessKey, region } = minio;
      const target = targetAt({ url, bucket, accessKeyId, secretAccessKey, region, prefix: spell(context.prefix) });
      const client = context.wrap(new S3StorageClient(target));
      return createStorage(client, { defaults: cloudDefaults, ...context });
    };
    return { name, open, openSecond: open, capabilities, skip, faults: true, ...overrides };
  }

  defineConformanceTests(
    { describe, it },
    harnessOf('S3', (prefix) => prefix, many),
  );

  defineConformanceTests(
    { describe, it },
    harnessOf('S3 under a prefix with a slash at its end', (prefix) => `a b/é+%2F/${prefix}/`, few),
  );
});
