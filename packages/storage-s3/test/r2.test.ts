import { leaksOf } from '@icechunk-tooling/secrets';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { type R2StorageOptions, r2Storage } from '../src/index.ts';
import { r2Target } from '../src/r2.ts';
import { keys, yes } from './recording.ts';

const bucket = { bucket: 'bucket-name', prefix: 'p', ...keys };

describe('a bucket of R2', () => {
  it("is at its account's endpoint, in the path, in the region auto", async () => {
    const target = r2Target({ ...bucket, accountId: 'my-account-id' });
    expect(target.info).toEqual({
      backend: 'Cloudflare R2',
      fields: {
        ...{ bucket: 'bucket-name', prefix: 'p', region: 'auto' },
        endpointUrl: 'https://my-account-id.r2.cloudflarestorage.com',
      },
    });
    expect(target.dialect).toBe('r2');
    expect((await target.sdk.config.endpoint?.())?.path).toBe('/bucket-name');
    expect(await target.sdk.config.region()).toBe('auto');
  });

  it('may be at an endpoint of its jurisdiction', () => {
    const endpointUrl = 'https://my-account-id.eu.r2.cloudflarestorage.com';
    expect(r2Target({ ...bucket, endpointUrl }).info.fields['endpointUrl']).toBe(endpointUrl);
  });

  it('is written to and read', async () => {
    const server = await startScriptedServer();
    server.respond(yes);
    const storage = r2Storage({ ...bucket, endpointUrl: server.url, allowHttp: true });
    expect(await storage.canWrite()).toBe(true);
    await storage.putObject('o', new Uint8Array(1));
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /bucket-name/p/o?x-id=PutObject',
    ]);
    expect(server.requests[0]?.headers['authorization']).toContain('/auto/s3/aws4_request');
    await server.close();
  });

  it.each([
    [{ ...bucket }, 'accountId or endpointUrl is missing'],
    [{ ...bucket, accountId: 'a', endpointUrl: 'https://a.r2.cloudflarestorage.com' }, 'exclude each other'],
    [{ ...bucket, accountId: 'https://a.r2.cloudflarestorage.com' }, "accountId takes the account's id"],
    [
      { ...bucket, endpointUrl: 'https://a.r2.cloudflarestorage.com/bucket-name' },
      'give what comes after it as bucket',
    ],
    [{ ...bucket, endpointUrl: 'http://localhost:9000' }, 'endpointUrl is plain http'],
    [{ ...bucket, accountId: 'a', forcePathStyle: false }, 'forcePathStyle is no option'],
    [{ ...bucket, accountId: 'a', anonymous: true }, 'exclude each other'],
    [{ bucket: 'b', accountId: 'a' }, 'credentials are missing'],
  ])('is refused from %o', (options, message) => {
    expect(() => r2Storage(options as R2StorageOptions)).toThrow(message);
  });
});

describe('a public address', () => {
  it('is read by paths below it, unsigned, with whatever the address has before them', async () => {
    const server = await startScriptedServer();
    server.respond(yes);
    const storage = r2Storage({ prefix: 'icechunk-test/demo', endpointUrl: server.url, allowHttp: true });
    expect(await (await storage.getObject('a b/c')).bytes()).toHaveLength(1);
    await storage.getObjectLastModified('d');
    expect(server.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)).toEqual([
      'GET /icechunk-test/demo/a%20b/c',
      'HEAD /icechunk-test/demo/d',
    ]);
    expect(server.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined, undefined]);
    await server.close();
  });

  it('is not written to', async () => {
    const storage = r2Storage({ prefix: 'p', endpointUrl: 'https://data.example.org', anonymous: true });
    expect(await storage.canWrite()).toBe(false);
    await expect(storage.putObject('o', new Uint8Array(1))).rejects.toMatchObject({ kind: 'read_only' });
    expect(storage.info).toEqual({
      backend: 'Cloudflare R2',
      fields: { prefix: 'p', region: 'auto', endpointUrl: 'https://data.example.org' },
    });
  });

  it('tells what is absent though the answer is a page for people', async () => {
    const server = await startScriptedServer();
    const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><p>Not found' };
    server.next(page, { status: 404 });
    const storage = r2Storage({ prefix: 'p', endpointUrl: server.url, allowHttp: true });
    await expect(storage.getObject('o')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(storage.getObjectLastModified('o')).rejects.toMatchObject({ kind: 'not_found' });
    await server.close();
  });

  it.each([
    [{ prefix: 'p' }, 'bucket is missing, or endpointUrl'],
    [{ prefix: 'p', endpointUrl: 'https://data.example.org', ...keys }, 'bucket is missing beside accessKeyId'],
    [{ prefix: 'p', endpointUrl: 'https://data.example.org', accountId: 'a' }, 'bucket is missing beside accountId'],
    [{ prefix: 'p', endpointUrl: 'https://data.example.org', fromEnv: true }, 'bucket is missing beside fromEnv'],
    [{ prefix: 'p', endpointUrl: 'https://a.r2.cloudflarestorage.com' }, 'endpointUrl is not the public address'],
    [{ prefix: 'p', endpointUrl: 'http://data.example.org' }, 'endpointUrl is plain http'],
    [{ prefix: 'a/../b', endpointUrl: 'https://data.example.org' }, 'segment ".."'],
    [{ prefix: 'p', endpointUrl: 'https://data.example.org', prefx: 'p' }, 'prefx is no option'],
  ])('is refused from %o', (options, message) => {
    const error = caught(() => r2Storage(options as R2StorageOptions));
    expect(String(error)).toContain(message);
    expect(leaksOf(error, { key: keys.secretAccessKey })).toEqual([]);
  });
});

it('compiles for a bucket with keys, and for an address without', () => {
  const right: readonly R2StorageOptions[] = [
    { ...bucket, accountId: 'a' },
    { ...bucket, endpointUrl: 'https://a.r2.cloudflarestorage.com' },
    { bucket: 'b', accountId: 'a', fromEnv: true },
    { prefix: 'p', endpointUrl: 'https://data.example.org' },
    { prefix: 'p', endpointUrl: 'https://data.example.org', anonymous: true },
  ];
  // @ts-expect-error both places
  const twice: R2StorageOptions = { ...bucket, accountId: 'a', endpointUrl: 'https://a.r2.cloudflarestorage.com' };
  // @ts-expect-error no place
  const nowhere: R2StorageOptions = { ...bucket };
  // @ts-expect-error keys without a bucket
  const loose: R2StorageOptions = { ...keys, accountId: 'a' };
  expect([right.length, twice, nowhere, loose]).toHaveLength(4);
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (err) {
    return err;
  }
}
