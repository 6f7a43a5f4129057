import { Storage as OfficialClient } from '@google-cloud/storage';
import { cloudDefaults, createStorage, type Storage } from '@icechunk/storage-core';
import { describeWithServer } from '@icechunk-tooling/servers';
import { PassThroughClient } from 'google-auth-library';
import { beforeAll, expect, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { openTarget } from './open-target.ts';

const bytes = new Uint8Array(1_000).map((_, index) => index * 7);

// Google's own client, called one operation at a time: what goes wrong in one of its calls may end the process.
describeWithServer(
  'fake-gcs',
  'what one writes the other reads',
  (server) => {
    let storage: Storage;
    let bucket: ReturnType<OfficialClient['bucket']>;
    beforeAll(async () => {
      const name = await server.createBucket();
      const target = openTarget(server.url, name, { prefix: 'repo' });
      const settings = { minimumSizeForMultipartUpload: 512 * 1024, concurrency: { idealConcurrentRequestSize: 1 } };
      storage = createStorage(new GcsStorageClient(target), { defaults: cloudDefaults, settings });
      const retryOptions = { autoRetry: false };
      const official = {
        apiEndpoint: server.url,
        projectId: 'test',
        authClient: new PassThroughClient(),
        retryOptions,
      };
      bucket = new OfficialClient(official).bucket(name);
    });

    it.each(['plain', 'a b/ü+%2F#?&=', 'NFC é', '😀/👍'])('ours, read by the official client: %j', async (path) => {
      const attributes = { contentType: 'a/b', metadata: { some: 'v=1' } };
      const result = await storage.putObject(`chunks/${path}`, bytes, attributes);
      const stored = storedName(path);
      const [metadata] = await bucket.file(stored).getMetadata();
      expect(result).toMatchObject({ kind: 'updated', newVersion: { generation: String(metadata.generation) } });
      expect(metadata).toMatchObject({ contentType: 'a/b', metadata: { some: 'v=1' }, size: '1000' });
      const [read] = await bucket.file(stored).download({ validation: false });
      expect(read.equals(bytes)).toBe(true);
    });

    it('theirs, read by us', async () => {
      const file = bucket.file('repo/theirs');
      const metadata = { contentType: 'c/d', metadata: { Other: 'w' } };
      await file.save(Buffer.from(bytes), { resumable: false, validation: false, metadata });
      const object = await storage.getObject('theirs');
      expect(object.version.generation).toBe(String(file.metadata.generation));
      expect(object).toMatchObject({ sizeBytes: 1_000, contentType: 'c/d', metadata: { other: 'w' } });
      expect(await object.bytes()).toEqual(bytes);
      const update = {
        condition: { kind: 'update', version: { generation: String(file.metadata.generation) } },
      } as const;
      expect(await storage.putObject('theirs', bytes, update)).toMatchObject({ kind: 'updated' });
      expect(await storage.putObject('theirs', bytes, update)).toEqual({ kind: 'not_on_latest_version' });
    });

    it('a large object of ours, sent in parts', async () => {
      const large = new Uint8Array(900_001).map((_, index) => index * 31 + (index >> 8) * 17);
      const result = await storage.putObject('large', large, { condition: { kind: 'create' }, contentType: 'e/f' });
      const [metadata] = await bucket.file('repo/large').getMetadata();
      expect(result).toMatchObject({ newVersion: { generation: String(metadata.generation) } });
      expect(metadata).toMatchObject({ size: '900001', contentType: 'e/f' });
      const [read] = await bucket.file('repo/large').download({ validation: false });
      expect(read.equals(large)).toBe(true);
    });

    it('a listing of both', async () => {
      const [files] = await bucket.getFiles({ prefix: 'repo/', autoPaginate: false });
      const ids: string[] = [];
      for await (const { id } of storage.listObjects('')) ids.push(id);
      expect(ids.length).toBeGreaterThan(5);
      expect(files).toHaveLength(ids.length);
    });
  },
  { inMemory: true },
);

/** As the Rust crate `object_store` encodes each segment (`src/path/parts.rs`, seen 2026-11). */
function storedName(path: string): string {
  const names: Readonly<Record<string, string>> = {
    plain: 'plain',
    'a b/ü+%2F#?&=': 'a b/%C3%BC+%252F%23%3F&=',
    'NFC é': 'NFC %C3%A9',
    '😀/👍': '%F0%9F%98%80/%F0%9F%91%8D',
  };
  return `repo/chunks/${names[path]}`;
}
