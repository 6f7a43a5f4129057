import { GetObjectCommand } from '@aws-sdk/client-s3';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type TigrisStorageOptions, tigrisStorage } from '../src/index.ts';
import { isRequest } from '../src/sdk-request.ts';
import { tigrisTarget } from '../src/tigris.ts';
import { keys, yes } from './recording.ts';

afterEach(() => vi.unstubAllEnvs());

const bucket = { bucket: 'icechunk-test', prefix: 'p', ...keys };

/** The headers of a get, a put, a listing and a delete that bear on consistency. */
async function sent(options: object): Promise<(string | undefined)[][]> {
  const server = await startScriptedServer();
  server.respond((request) =>
    request.path.includes('list-type')
      ? { status: 200, body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' }
      : yes(request),
  );
  const storage = tigrisStorage({
    ...bucket,
    endpointUrl: server.url,
    allowHttp: true,
    ...options,
  } as TigrisStorageOptions);
  await (await storage.getObject('o')).bytes();
  await storage.getObjectLastModified('o');
  await storage.rootIsClean();
  if (await storage.canWrite()) {
    await storage.putObject('o', new Uint8Array(1));
    await storage.deleteObjects('', [{ id: 'o', sizeBytes: 1 }]);
  }
  await server.close();
  return server.requests.map(({ method, headers }) => [
    method,
    ...['x-tigris-regions', 'x-tigris-consistent', 'cache-control'].map((name) => headers[name]),
  ]);
}

describe('tigrisStorage', () => {
  it('sends every request to one region, and past every cache', async () => {
    expect(await sent({ region: 'iad' })).toEqual([
      ['GET', 'iad', 'true', 'no-cache'],
      ['HEAD', 'iad', 'true', 'no-cache'],
      ['GET', 'iad', 'true', 'no-cache'],
      ['PUT', 'iad', 'true', undefined],
      ['POST', 'iad', 'true', undefined],
    ]);
  });

  it('reads what may be stale where it is told to, and writes nothing', async () => {
    expect(await sent({ useWeakConsistency: true })).toEqual([
      ['GET', undefined, undefined, undefined],
      ['HEAD', undefined, undefined, undefined],
      ['GET', undefined, undefined, undefined],
    ]);
    const storage = tigrisStorage({ ...bucket, useWeakConsistency: true, readOnly: false });
    await expect(storage.putObject('o', new Uint8Array(1))).rejects.toMatchObject({ kind: 'read_only' });
  });

  it('is at the one endpoint of Tigris unless another is given, and signs for the region', async () => {
    const target = tigrisTarget({ ...bucket, region: 'fra' });
    expect(target.info).toEqual({
      backend: 'Tigris',
      fields: { bucket: 'icechunk-test', prefix: 'p', region: 'fra', endpointUrl: 'https://t3.storage.dev' },
    });
    expect(target.dialect).toBe('tigris');
    expect((await target.sdk.config.endpoint?.())?.hostname).toBe('icechunk-test.t3.storage.dev');
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'https://fly.storage.tigris.dev');
    const { bucket: name, prefix } = bucket;
    const onFly = tigrisTarget({ bucket: name, prefix, region: 'fra', fromEnv: true });
    expect(onFly.info.fields['endpointUrl']).toBe('https://fly.storage.tigris.dev');
    expect(tigrisTarget({ ...bucket, useWeakConsistency: true }).info.fields['region']).toBe('auto');
  });

  it.each([
    [undefined, 'icechunk-test.t3.storage.dev'],
    ['https://fly.storage.tigris.dev', 'icechunk-test.fly.storage.tigris.dev'],
  ])('is reached with keys of the environment, whose endpoint is %s', async (endpoint, host) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
    const { sdk } = tigrisTarget({ bucket: 'icechunk-test', prefix: 'p', region: 'iad', fromEnv: true });
    const reached: string[] = [];
    // In place of the network, which the request would leave by next.
    sdk.middlewareStack.add(
      () => async (args) => {
        if (isRequest(args.request)) reached.push(args.request.hostname);
        throw new Error('this test has no network');
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const sending = sdk.send(new GetObjectCommand({ Bucket: 'icechunk-test', Key: 'p/o' }));
    await expect(sending).rejects.toThrow('this test has no network');
    expect(reached).toEqual([host]);
  });

  it.each([
    [{}, "region is missing: only reads from one region are never stale, so add it, for example region: 'iad'"],
    [{ region: 'auto' }, "region takes one of Tigris's regions"],
    [{ region: 'iad,fra' }, "region takes one of Tigris's regions"],
    [{ useWeakConsistency: false }, 'useWeakConsistency: true'],
    [{ region: 'iad', headers: { 'X-Tigris-Consistent': 'false' } }, 'headers must not hold x-tigris-consistent'],
    [{ region: 'iad', readHeaders: { 'Cache-Control': 'max-age=60' } }, 'readHeaders must not hold cache-control'],
    [{ region: 'iad', anonymous: true }, 'exclude each other'],
    [{ region: 'iad', bucket: 'a/b' }, 'bucket must not hold a /'],
  ])('is refused with %o', (options, message) => {
    expect(() => tigrisStorage({ ...bucket, ...options } as TigrisStorageOptions)).toThrow(message);
  });

  it('takes no region of the environment, which says auto there', () => {
    vi.stubEnv('AWS_REGION', 'auto');
    expect(() => tigrisStorage({ bucket: 'b', fromEnv: true } as TigrisStorageOptions)).toThrow('region is missing');
  });

  it('compiles with a region, or with weak consistency', () => {
    const right: readonly TigrisStorageOptions[] = [
      { ...bucket, region: 'iad' },
      { ...bucket, useWeakConsistency: true },
    ];
    // @ts-expect-error neither
    const neither: TigrisStorageOptions = { ...bucket };
    // @ts-expect-error strong, and no region
    const strong: TigrisStorageOptions = { ...bucket, useWeakConsistency: false };
    expect([right.length, neither, strong]).toHaveLength(3);
  });
});
