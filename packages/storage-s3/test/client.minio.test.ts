import { cloudDefaults, createStorage, type Storage } from '@icechunk/storage-core';
import { describeWithServer } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type S3ClientLimits, S3StorageClient } from '../src/client.ts';
import type { ChecksumAlgorithmName } from '../src/target.ts';
import { type TargetAt, targetAt } from './target-at.ts';

const MEBIBYTE = 1024 ** 2;
const algorithms: readonly ChecksumAlgorithmName[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

describeWithServer('minio', 'the client on MinIO', (minio) => {
  let bucket = '';
  const storages: Storage[] = [];
  beforeAll(async () => {
    bucket = await minio.createBucket();
  });
  afterAll(() => Promise.all(storages.map((storage) => storage.close())));

  function open(more: Partial<TargetAt> = {}, limits: S3ClientLimits = {}): Storage {
    const { url, accessKeyId, secretAccessKey, region } = minio;
    const target = targetAt({ url, bucket, accessKeyId, secretAccessKey, region, prefix: 'p', ...more });
    const settings = {
      minimumSizeForMultipartUpload: 6 * MEBIBYTE,
      concurrency: { idealConcurrentRequestSize: 5 * MEBIBYTE },
    };
    const storage = createStorage(new S3StorageClient(target, limits), { defaults: cloudDefaults, settings });
    storages.push(storage);
    return storage;
  }

  it('sees a conflict at once, whatever becomes of the connection that brought it', async () => {
    const events: string[] = [];
    const { url, accessKeyId, secretAccessKey, region } = minio;
    const target = targetAt({ url, bucket, accessKeyId, secretAccessKey, region, prefix: 'conflicts' });
    const onEvent = ({ kind }: { readonly kind: string }) => void events.push(kind);
    const storage = createStorage(new S3StorageClient(target), { defaults: cloudDefaults, onEvent });
    storages.push(storage);
    const create = { condition: { kind: 'create' } } as const;
    await storage.putObject('repo', new Uint8Array(1), create);
    for (let round = 0; round < 50; round++)
      expect(await storage.putObject('repo', new Uint8Array(2), create)).toEqual({ kind: 'not_on_latest_version' });
    expect(events).toEqual([]);
  });

  it('keeps a backslash in a key for what it is', async () => {
    const storage = open();
    const paths = ['back/a\\b', 'back/\\b', 'back/b\\', 'back/a/b'];
    for (const [index, path] of paths.entries()) await storage.putObject(path, new Uint8Array([index]));
    for (const [index, path] of paths.entries())
      expect(await (await storage.getObject(path)).bytes()).toEqual(new Uint8Array([index]));
    const ids = [];
    for await (const { id } of storage.listObjects('back')) ids.push(`back/${id}`);
    expect(ids.toSorted()).toEqual(paths.toSorted());
  });

  it('lists and deletes keys that XML carries badly, or not at all', async () => {
    const storage = open();
    const ids = [' ', ' a ', 'a+b', 'a%2Bb', '<&>"\'', '\ufffe', '\uffff', 'é'];
    for (const id of ids) await storage.putObject(`odd/${id}`, new Uint8Array(1));
    const listed = [];
    for await (const { id } of storage.listObjects('odd')) listed.push(id);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    const items = ids.map((id) => ({ id, sizeBytes: 1 }));
    expect(await storage.deleteObjects('odd', items)).toEqual({ deletedObjects: 8, deletedBytes: 8, failures: [] });
    for await (const { id } of storage.listObjects('odd')) expect.fail(`${JSON.stringify(id)} is still there`);
  });

  it('copies in parts what is over the limit, with its metadata', async () => {
    const storage = open({}, { maxSingleCopyBytes: 5 * MEBIBYTE });
    const data = Uint8Array.from({ length: 12 * MEBIBYTE }, (_, index) => (index * 31 + (index >> 12)) % 256);
    const put = await storage.putObject('large', data, { contentType: 'a/b', metadata: { one: '1' } });
    if (put.kind !== 'updated') throw new Error('expected an update');
    const copy = await storage.copyObject('large', 'copy', { version: put.newVersion, contentType: 'c/d' });
    const body = await storage.getObject('copy');
    expect(copy).toEqual({ kind: 'updated', newVersion: body.version });
    expect(body).toMatchObject({ contentType: 'c/d', metadata: { one: '1' } });
    expect(Buffer.compare(await body.bytes(), data)).toBe(0);
    const stale = await storage.copyObject('large', 'none', { version: { etag: '"x"' }, contentType: 'c/d' });
    expect(stale).toEqual({ kind: 'not_on_latest_version' });
  });

  it.each(algorithms)('puts, uploads in parts and deletes with %s', async (checksumAlgorithm) => {
    const storage = open({ checksumAlgorithm });
    for (const [id, sizeBytes] of [
      ['small', 5],
      ['large', 6 * MEBIBYTE],
    ] as const) {
      const data = new Uint8Array(sizeBytes).fill(7);
      await storage.putObject(`sums/${id}`, data, { condition: { kind: 'create' } });
      expect(Buffer.compare(await (await storage.getObject(`sums/${id}`)).bytes(), data)).toBe(0);
    }
    const items = ['small', 'large'].map((id) => ({ id, sizeBytes: 1 }));
    expect((await storage.deleteObjects('sums', items)).failures).toEqual([]);
  });

  it('deletes with Content-MD5 where it is asked to', async () => {
    const storage = open({ contentMd5OnDelete: true });
    await storage.putObject('md5', new Uint8Array(1));
    expect((await storage.deleteObjects('', [{ id: 'md5', sizeBytes: 1 }])).failures).toEqual([]);
  });

  it.each([
    ['a wrong secret', { secretAccessKey: 'not-the-secret' }, 'unauthenticated'],
    ['a wrong key', { accessKeyId: 'not-the-key' }, 'unauthenticated'],
    ['no such bucket', { bucket: 'no-such-bucket' }, 'invalid_options'],
  ])('says what is wrong: %s', async (_, more, kind) => {
    const storage = open(more);
    await expect(storage.getObject('a')).rejects.toMatchObject({ kind });
    await expect(storage.getObjectLastModified('a')).rejects.toMatchObject({ kind });
    await expect(storage.putObject('a', new Uint8Array(1))).rejects.toMatchObject({ kind });
    await expect(storage.rootIsClean()).rejects.toMatchObject({ kind });
    expect((await storage.deleteObjects('', [{ id: 'a', sizeBytes: 1 }])).failures).toMatchObject([
      { error: { kind } },
    ]);
  });
});
