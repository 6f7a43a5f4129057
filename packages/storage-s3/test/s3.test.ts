import { createServer } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { isStorageError, type StorageErrorKind } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describeWithServer } from '@icechunk-tooling/servers';
import { describe, expect, it, vi } from 'vitest';
import { s3Storage } from '../src/index.ts';
import type { AnyOptions, S3StorageOptions } from '../src/options.ts';
import { keys, no, once, recording } from './recording.ts';

const MINIO_REGION = 'eu-central-2';
const expired = { sessionToken: 'a-session-token-of-some-length', expiresAfter: new Date(Date.UTC(2020, 0)) };

/** What becomes of options, when the storage is made or when it is first used. */
async function failureOf(options: AnyOptions): Promise<unknown> {
  try {
    const storage = s3Storage(options as S3StorageOptions);
    await storage.getObject('o');
    return undefined;
  } catch (err) {
    return err;
  }
}

describeWithServer(
  'minio',
  's3Storage on MinIO',
  (server) => {
    const right = async (): Promise<AnyOptions> => ({
      bucket: await server.createBucket(),
      prefix: 'p',
      region: MINIO_REGION,
      endpointUrl: server.url,
      allowHttp: true,
      settings: once,
      accessKeyId: server.accessKeyId,
      secretAccessKey: server.secretAccessKey,
    });

    it('reads what it wrote', async () => {
      const options = await right();
      for (const signPayload of [undefined, false]) {
        const storage = s3Storage({ ...options, signPayload } as S3StorageOptions);
        await storage.putObject('a b/ü', new Uint8Array([1, 2, 3]));
        expect(await (await storage.getObject('a b/ü')).bytes()).toEqual(new Uint8Array([1, 2, 3]));
        await storage.close();
      }
    });

    it.each([
      ['nothing wrong', {}, 'not_found', 'there is no such object'],
      ['a wrong region', { region: 'us-west-2' }, 'invalid_options', `the bucket is in the region "${MINIO_REGION}"`],
      ['a wrong key', { accessKeyId: 'nobody-has-this-key' }, 'unauthenticated', 'does not know the access key'],
      ['a wrong secret', { secretAccessKey: 'nobody-has-this-secret' }, 'unauthenticated', 'a wrong secret key'],
      [
        'a bucket that there is not',
        { bucket: 'there-is-none' },
        'invalid_options',
        'there is no bucket "there-is-none" at http://127.0.0.1:',
      ],
      [
        'a name that cannot be resolved',
        { endpointUrl: 'https://there-is-none.invalid' },
        'unavailable',
        'the name of the host',
      ],
      ['http without allowHttp', { allowHttp: false }, 'invalid_options', 'endpointUrl is plain http'],
      [
        'keys and anonymous at once',
        { anonymous: true },
        'invalid_options',
        'accessKeyId and anonymous exclude each other',
      ],
      ['an empty bucket', { bucket: '' }, 'invalid_options', 'bucket takes a non-empty string'],
      ['a bucket with a /', { bucket: 'bucket/prefix' }, 'invalid_options', 'bucket must not hold a /'],
      ['a prefix with ..', { prefix: 'a/../b' }, 'invalid_options', 'prefix must not have the segment ".."'],
      ['a session that has ended', expired, 'unauthenticated', 'the session ended at 2020-01-01T00:00:00.000Z'],
    ] as const)('with %s', async (_, wrong, kind, message) => {
      const options = { ...(await right()), ...wrong };
      const error = await failureOf(options);
      expect(isStorageError(error, kind), String(error)).toBe(true);
      expect((error as Error).message).toContain(message);
      const { secretAccessKey = '', sessionToken = 'a-session-token-of-some-length' } = options;
      expect(leaksOf(error, { secretAccessKey, sessionToken })).toEqual([]);
    });

    it('with nothing that listens', async () => {
      const error = await failureOf({ ...(await right()), endpointUrl: `http://127.0.0.1:${await freePort()}` });
      expect(error).toMatchObject({
        kind: 'unavailable',
        detail: expect.stringMatching(/^nothing listens at the endpoint: 127/),
      });
    });
  },
  { owned: true, env: { MINIO_REGION } },
);

describe('s3Storage', () => {
  it.each([
    ['https://t3.storage.dev', 'use tigrisStorage'],
    ['https://fly.storage.tigris.dev', 'use tigrisStorage'],
  ])('refuses %s', (endpointUrl, message) => {
    expect(() => s3Storage({ bucket: 'b', ...keys, endpointUrl })).toThrow(message);
  });

  it("refuses Tigris in the environment's variable as well", () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'https://fly.storage.tigris.dev');
    expect(() => s3Storage({ bucket: 'b', fromEnv: true })).toThrow('use tigrisStorage');
    vi.unstubAllEnvs();
  });

  it('does no I/O when it is made', async () => {
    await using server = await recording();
    const getCredentials = vi.fn(() => keys);
    server.storage({ getCredentials });
    expect(getCredentials).not.toHaveBeenCalled();
    expect(server.connections).toEqual([]);
  });

  it("works on a client of the caller's, which keeps its own retries", async () => {
    await using server = await recording();
    const client = new S3Client({
      endpoint: server.url,
      region: 'r',
      forcePathStyle: true,
      credentials: { ...keys },
      maxAttempts: 2,
    });
    const storage = s3Storage({ bucket: 'bucket', prefix: 'p', client, requesterPays: true });
    server.next({ status: 503 });
    expect(await (await storage.getObject('o')).bytes()).toHaveLength(1);
    expect(server.requests.map(({ headers }) => headers['x-amz-request-payer'])).toEqual(['requester', 'requester']);
    client.destroy();
  });

  it('names a bucket that there is not, and where', async () => {
    await using server = await recording();
    server.respond(() => no(404, 'NoSuchBucket', 'The specified bucket does not exist'));
    const region = 'eu-west-1';
    const client = new S3Client({ endpoint: server.url, region, forcePathStyle: true, credentials: { ...keys } });
    const ofClient = s3Storage({ bucket: 'bucket', prefix: 'p', client, settings: once });
    for (const storage of [server.storage(), ofClient]) {
      const detail = `there is no bucket "bucket" at ${server.url}`;
      await expect(storage.getObject('o')).rejects.toMatchObject({ kind: 'invalid_options', detail });
      await expect(storage.putObject('o', new Uint8Array(1))).rejects.toMatchObject({ detail });
      await expect(storage.rootIsClean()).rejects.toMatchObject({ detail });
    }
    client.destroy();
  });

  it('names the region of a bucket that there is not, where no endpoint was given', async () => {
    await using server = await recording();
    server.respond(() => no(404, 'NoSuchBucket'));
    const client = new S3Client({ region: 'eu-west-1', credentials: { ...keys }, maxAttempts: 1 });
    client.middlewareStack.add(
      (next) => (args) => {
        const { hostname, port } = new URL(server.url);
        Object.assign(args.request as object, { protocol: 'http:', hostname, port: Number(port) });
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const storage = s3Storage({ bucket: 'bucket', prefix: 'p', client });
    const detail = 'there is no bucket "bucket" in the region "eu-west-1"';
    await expect(storage.getObject('o')).rejects.toMatchObject({ kind: 'invalid_options', detail });
    client.destroy();
  });

  it("refuses a client of the caller's that goes to Tigris, before anything is sent", async () => {
    const client = new S3Client({ endpoint: 'https://t3.storage.dev', region: 'auto', credentials: { ...keys } });
    const storage = s3Storage({ bucket: 'bucket', prefix: 'p', client });
    const failure = { kind: 'invalid_options', message: expect.stringContaining('use tigrisStorage') };
    await expect(storage.getObject('repo')).rejects.toMatchObject(failure);
    await expect(storage.putObject('repo', new Uint8Array(1))).rejects.toMatchObject(failure);
    client.destroy();
  });

  it.each(['region', 'endpointUrl', 'headers', 'signPayload', 'forcePathStyle'])(
    'refuses %s beside a client',
    (name) => {
      const value = { region: 'r', endpointUrl: 'https://h', headers: {}, signPayload: true, forcePathStyle: false }[
        name
      ];
      const client = new S3Client({ region: 'us-east-1' });
      expect(() => s3Storage({ bucket: 'b', client, [name]: value } as unknown as S3StorageOptions)).toThrow(
        `${name} cannot stand beside client`,
      );
    },
  );

  it('checks its options before anything else', () => {
    const wrong: readonly (readonly [unknown, StorageErrorKind])[] = [
      [undefined, 'invalid_options'],
      [null, 'invalid_options'],
      ['s3://bucket', 'invalid_options'],
      [{ bucket: 7, ...keys }, 'invalid_options'],
    ];
    for (const [options, kind] of wrong) {
      expect(() => s3Storage(options as S3StorageOptions)).toThrow(expect.objectContaining({ kind }));
    }
  });
});

/** A port at which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
