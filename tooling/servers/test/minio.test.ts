import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeWithServer } from '../src/describe-with-server.ts';
import { startMinio } from '../src/index.ts';
import type { MinioServer } from '../src/minio.ts';
import { s3Signature } from '../src/s3-signature.ts';

const signed = async (server: MinioServer, method: string, path: string, body?: string): Promise<Response> => {
  const url = new URL(`${server.url}/${path}`);
  const headers = s3Signature({ ...server, method, url, at: new Date() });
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
};

describeWithServer(
  'minio',
  'startMinio',
  (server) => {
    it('gives a server that takes its credentials alone, and has the data after a kill', async () => {
      const bucket = await server.createBucket();
      expect((await signed(server, 'PUT', `${bucket}/a%20b`, 'kept')).status).toBe(200);
      const stranger = { ...server, secretAccessKey: 'another' };
      expect((await signed(stranger, 'GET', `${bucket}/a%20b`)).status).toBe(403);
      await server.kill();
      await expect(fetch(server.url)).rejects.toThrow('fetch failed');
      await server.restart();
      expect(await (await signed(server, 'GET', `${bucket}/a%20b`)).text()).toBe('kept');
    });

    it('makes buckets by name, and says why it could not', async () => {
      expect(await server.createBucket('one-bucket')).toBe('one-bucket');
      await expect(server.createBucket('one-bucket')).rejects.toThrow(
        /one-bucket was not made: 409 .*BucketAlreadyOwnedByYou/s,
      );
    });
  },
  { owned: true },
);

describe('startMinio with an endpoint variable', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('gives the server that the variables name, and does not kill it', async () => {
    vi.stubEnv('ICECHUNK_TEST_S3_ENDPOINT', 'http://127.0.0.1:9/');
    vi.stubEnv('ICECHUNK_TEST_S3_ACCESS_KEY_ID', 'who');
    vi.stubEnv('ICECHUNK_TEST_S3_SECRET_ACCESS_KEY', 'what');
    vi.stubEnv('ICECHUNK_TEST_S3_REGION', '');
    const server = await startMinio();
    expect(server).toMatchObject({
      url: 'http://127.0.0.1:9',
      owned: false,
      accessKeyId: 'who',
      secretAccessKey: 'what',
      region: 'us-east-1',
    });
    await expect(server.kill()).rejects.toThrow('ICECHUNK_TEST_S3_ENDPOINT is not the tests');
    await expect(server.restart()).rejects.toThrow('ICECHUNK_TEST_S3_ENDPOINT is not the tests');
    await server.stop();
  });

  it('asks for the credentials that belong to it', async () => {
    vi.stubEnv('ICECHUNK_TEST_S3_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('ICECHUNK_TEST_S3_ACCESS_KEY_ID', 'who');
    vi.stubEnv('ICECHUNK_TEST_S3_SECRET_ACCESS_KEY', '');
    await expect(startMinio()).rejects.toThrow('ICECHUNK_TEST_S3_SECRET_ACCESS_KEY is not');
  });
});
