import { afterEach, expect, it, vi } from 'vitest';
import { describeWithServer, startFakeGcs } from '../src/index.ts';

describeWithServer(
  'fake-gcs',
  'startFakeGcs',
  (server) => {
    it('gives a server that has the data after a kill', async () => {
      const bucket = await server.createBucket();
      const upload = `${server.url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=a`;
      expect((await fetch(upload, { method: 'POST', body: 'kept' })).status).toBe(200);
      await server.kill();
      await expect(fetch(server.url)).rejects.toThrow('fetch failed');
      await server.restart();
      const read = await fetch(`${server.url}/storage/v1/b/${bucket}/o/a?alt=media`);
      expect([read.status, await read.text()]).toEqual([200, 'kept']);
    });

    it('makes buckets by name, and says why it could not', async () => {
      expect(await server.createBucket('one-bucket')).toBe('one-bucket');
      await expect(server.createBucket('one-bucket')).rejects.toThrow('one-bucket was not made: 409');
    });
  },
  { owned: true },
);

describeWithServer(
  'fake-gcs',
  'startFakeGcs in memory',
  (server) => {
    it('has names that no file can have, and refuses to come back without them', async () => {
      const bucket = await server.createBucket();
      const names = ['d', 'd/e', 'x//y', 'a/../b', 'n'.repeat(300)];
      for (const name of names) {
        const upload = `${server.url}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`;
        expect((await fetch(upload, { method: 'POST', body: name })).status).toBe(200);
      }
      for (const name of names) {
        const read = await fetch(`${server.url}/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`);
        expect(await read.text()).toBe(name);
      }
      await expect(server.restart()).rejects.toThrow('without inMemory');
    });
  },
  { owned: true, inMemory: true },
);

afterEach(() => vi.unstubAllEnvs());

it('takes the server that the variable names', async () => {
  vi.stubEnv('ICECHUNK_TEST_GCS_ENDPOINT', 'http://127.0.0.1:9');
  const server = await startFakeGcs();
  expect([server.url, server.owned]).toEqual(['http://127.0.0.1:9', false]);
  await expect(server.kill()).rejects.toThrow('ICECHUNK_TEST_GCS_ENDPOINT');
});
