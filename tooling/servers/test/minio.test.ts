import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeWithServer } from '../src/describe-with-server.ts';
import { startMinio } from '../src/index.ts';
import type { MinioServer } from '../src/minio.ts';

const clientOf = ({ url, region, accessKeyId, secretAccessKey }: MinioServer): S3Client =>
  new S3Client({ endpoint: url, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true });

describeWithServer(
  'minio',
  'startMinio',
  (server) => {
    it('gives a server that takes its credentials alone, and has the data after a kill', async () => {
      const object = { Bucket: await server.createBucket(), Key: 'a b' };
      await clientOf(server).send(new PutObjectCommand({ ...object, Body: 'kept' }));
      const stranger = clientOf({ ...server, secretAccessKey: 'another' });
      await expect(stranger.send(new GetObjectCommand(object))).rejects.toThrow(
        expect.objectContaining({ name: 'SignatureDoesNotMatch' }),
      );
      await server.kill();
      await expect(fetch(server.url)).rejects.toThrow('fetch failed');
      await server.restart();
      const { Body } = await clientOf(server).send(new GetObjectCommand(object));
      expect(await Body?.transformToString()).toBe('kept');
    });

    it('makes buckets by name, and says why it could not', async () => {
      expect(await server.createBucket('one-bucket')).toBe('one-bucket');
      await expect(server.createBucket('one-bucket')).rejects.toThrow(
        'one-bucket was not made: BucketAlreadyOwnedByYou',
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
