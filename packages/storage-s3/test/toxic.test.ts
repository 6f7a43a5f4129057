import { randomBytes } from 'node:crypto';
import { cloudDefaults, createStorage, type Storage, type StorageSettings } from '@icechunk/storage-core';
import { describeWithServer, startToxiproxy, type ToxicProxy, type Toxiproxy } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { S3StorageClient } from '../src/client.ts';
import { targetAt } from './target-at.ts';

const MEBIBYTE = 1024 ** 2;

describeWithServer('minio', 'MinIO over a network that breaks', (minio) => {
  let toxiproxy: Toxiproxy | undefined;
  let bucket = '';
  let way: ToxicProxy;
  let seen: string[];
  let storage: Storage;
  const data = new Uint8Array(randomBytes(MEBIBYTE));
  beforeAll(async () => {
    toxiproxy = await startToxiproxy();
    bucket = await minio.createBucket();
    await open(minio.url).putObject('object', data);
  });
  beforeEach(async () => {
    way = await (toxiproxy as Toxiproxy).proxy(minio.url);
    seen = [];
    storage = open(way.url);
    return () => storage.close();
  });
  afterAll(() => toxiproxy?.stop());

  function open(url: string, settings: StorageSettings = {}): Storage {
    const { accessKeyId, secretAccessKey, region } = minio;
    const client = new S3StorageClient(targetAt({ url, bucket, accessKeyId, secretAccessKey, region, prefix: 'p' }));
    const retries = { initialBackoffMs: 1, maxBackoffMs: 5 };
    const onEvent = ({ kind }: { readonly kind: string }): void => {
      seen.push(kind);
      // The fault is over once it was met.
      void way.removeToxics();
    };
    return createStorage(client, { defaults: cloudDefaults, settings: { retries, ...settings }, onEvent });
  }

  it('resumes a body that is cut after some bytes', async () => {
    await way.addToxic('limit_data', { bytes: 300_000 });
    expect(Buffer.compare(await (await storage.getObject('object')).bytes(), data)).toBe(0);
    expect(seen).toContain('read_resumed');
  });

  it('sends again what was reset before an answer', async () => {
    await way.addToxic('reset_peer', { timeout: 0 });
    expect(Buffer.compare(await (await storage.getObject('object')).bytes(), data)).toBe(0);
    expect(seen).toContain('retry');
  });

  it('finds a create that landed before its answer was lost', async () => {
    await way.addToxic('limit_data', { bytes: 1 });
    const put = await storage.putObject('created', data, { condition: { kind: 'create' } });
    expect(put.kind).toBe('updated');
    expect(seen).toEqual(expect.arrayContaining(['retry', 'write_recovered']));
    const version = put.kind === 'updated' ? put.newVersion : {};
    expect((await storage.putObject('created', data, { condition: { kind: 'update', version } })).kind).toBe('updated');
  });

  it('sends again an upload that is cut on its way', async () => {
    await way.addToxic('limit_data', { bytes: 300_000 }, { stream: 'upstream' });
    const put = await storage.putObject('uploaded', data, { condition: { kind: 'create' } });
    expect(put.kind).toBe('updated');
    expect(Buffer.compare(await (await storage.getObject('uploaded')).bytes(), data)).toBe(0);
    expect(seen).toContain('retry');
  });

  it('gives up a connection over which nothing comes, and sends again', async () => {
    const patient = open(way.url, { timeouts: { networkStreamTimeoutMs: 300, operationAttemptTimeoutMs: 300 } });
    await way.addToxic('timeout', { timeout: 0 });
    expect(Buffer.compare(await (await patient.getObject('object')).bytes(), data)).toBe(0);
    expect(seen).toContain('retry');
    await patient.close();
  });

  it.each([
    ['late', () => way.addToxic('latency', { latency: 100, jitter: 50 })],
    ['slow', () => way.addToxic('bandwidth', { rate: 4_000 })],
    ['in small pieces', () => way.addToxic('slicer', { average_size: 20_000, size_variation: 10_000, delay: 10 })],
    ['and close slowly', () => way.addToxic('slow_close', { delay: 100 })],
  ])('needs no second try where answers come %s', async (_, disturb) => {
    await disturb();
    expect(Buffer.compare(await (await storage.getObject('object')).bytes(), data)).toBe(0);
    expect((await storage.putObject('plain', data)).kind).toBe('updated');
    expect(seen).toEqual([]);
  });

  it('says that nothing listens where nothing does', async () => {
    await way.disable();
    const impatient = open(way.url, { retries: { maxTries: 2, initialBackoffMs: 1, maxBackoffMs: 1 } });
    await expect(impatient.getObject('object')).rejects.toMatchObject({
      kind: 'unavailable',
      providerCode: 'ECONNREFUSED',
      attempts: 2,
    });
    await impatient.close();
  });
});
