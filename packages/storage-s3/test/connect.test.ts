import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { S3Client } from '@aws-sdk/client-s3';
import { leaksOf } from '@icechunk-tooling/secrets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../src/connect.ts';
import { s3Target } from '../src/s3.ts';
import { signingOf } from '../src/signing.ts';
import { keys, once, recording } from './recording.ts';

afterEach(() => vi.unstubAllEnvs());

const none = { read: {}, write: {}, create: {} };

function onAws(over: Partial<Parameters<typeof connect>[0]> = {}): S3Client {
  return connect({
    ...{ bucket: 'bucket', endpoint: undefined, region: 'eu-west-1', signing: signingOf(undefined), headers: none },
    ...{ settings: undefined, fromEnv: false },
    ...over,
  });
}

/** The SDK's handler for Node. */
interface Handler {
  handle(request: unknown, options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
  httpHandlerConfigs(): Readonly<Record<string, unknown>>;
}

/** Where a client would send a get, without sending it. */
async function addressOf(sdk: S3Client, bucket = 'bucket'): Promise<string> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  let address = '';
  sdk.middlewareStack.add(
    () =>
      async ({ request }) => {
        const { protocol, hostname, path } = request as { protocol: string; hostname: string; path: string };
        address = `${protocol}//${hostname}${path}`;
        throw new Error('not sent');
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'a/b' })).catch((err: Error) => {
    if (err.message !== 'not sent') throw err;
  });
  return address;
}

describe('connect', () => {
  it('switches off what core does, and what stores refuse', async () => {
    const { config } = onAws();
    expect(await config.maxAttempts()).toBe(1);
    expect(config.expectContinueHeader).toBe(false);
    expect(config.followRegionRedirects).toBe(false);
    expect(await config.requestChecksumCalculation()).toBe('WHEN_REQUIRED');
    expect(await config.responseChecksumValidation()).toBe('WHEN_REQUIRED');
  });

  it('limits connecting, answering and silence as the settings say', async () => {
    const handler = onAws({
      settings: { timeouts: { connectTimeoutMs: 1_234, readTimeoutMs: 2_345, networkStreamTimeoutMs: 3_456 } },
    }).config.requestHandler as unknown as Handler;
    // The handler's own settings are there once it has been asked for something.
    const aborted = AbortSignal.abort();
    await handler.handle({ protocol: 'https:', headers: {} }, { abortSignal: aborted }).catch(() => {});
    expect(handler.httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 1_234,
      requestTimeout: 2_345,
      throwOnRequestTimeout: true,
      socketTimeout: 3_456,
    });
  });

  it('has a connection for the next request, however many bodies nobody reads', async () => {
    await using server = await recording();
    const storage = server.storage();
    const unread = await Promise.all(Array.from({ length: 300 }, () => storage.getObject('a')));
    const next = await storage.getObject('a', { range: { start: 0, end: 1 } });
    expect(await next.bytes()).toEqual(new TextEncoder().encode('x'));
    expect(unread).toHaveLength(300);
    await storage.close();
  });

  it.each([
    ['bucket', {}, 'https://bucket.s3.eu-west-1.amazonaws.com/a/b'],
    ['bucket', { forcePathStyle: true }, 'https://s3.eu-west-1.amazonaws.com/bucket/a/b'],
    ['a.bucket', {}, 'https://s3.eu-west-1.amazonaws.com/a.bucket/a/b'],
    ['point-s3alias', {}, 'https://point-s3alias.s3.eu-west-1.amazonaws.com/a/b'],
    ['bucket', { region: 'cn-north-1' }, 'https://bucket.s3.cn-north-1.amazonaws.com.cn/a/b'],
  ])('reaches %s on AWS by its rules %o', async (bucket, over, address) => {
    expect(await addressOf(onAws(over), bucket)).toBe(address);
  });

  it('lets nothing in the environment or a profile into a connection of options alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-s3-connect-'));
    const lines = [
      '[default]',
      'region = us-west-2',
      'endpoint_url = https://profile.example.org',
      'use_fips_endpoint = true',
    ];
    await writeFile(join(folder, 'config'), lines.join('\n'));
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    for (const [name, value] of [
      ['AWS_ENDPOINT_URL', 'https://general.example.org'],
      ['AWS_ENDPOINT_URL_S3', 'https://own.example.org'],
      ['AWS_REGION', 'us-west-2'],
      ['AWS_USE_FIPS_ENDPOINT', 'true'],
      ['AWS_USE_DUALSTACK_ENDPOINT', 'true'],
      ['AWS_MAX_ATTEMPTS', '7'],
      ['AWS_PROFILE', 'default'],
    ] as const)
      vi.stubEnv(name, value);
    const { sdk } = s3Target({ bucket: 'bucket', region: 'eu-west-1', ...keys });
    expect(await addressOf(sdk)).toBe('https://bucket.s3.eu-west-1.amazonaws.com/a/b');
    expect(await sdk.config.maxAttempts()).toBe(1);
    vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'false');
    const asked = s3Target({ bucket: 'bucket', region: 'eu-west-1', fromEnv: true, endpointUrl: undefined });
    expect(asked.info.fields['endpointUrl']).toBe('https://own.example.org');
    await rm(folder, { recursive: true });
  });

  it('takes FIPS addresses from the environment under fromEnv', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    expect(await addressOf(onAws({ fromEnv: true, region: 'us-east-1' }))).toBe(
      'https://bucket.s3-fips.us-east-1.amazonaws.com/a/b',
    );
  });

  it('refuses an endpoint of Tigris in a profile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-s3-connect-'));
    await writeFile(join(folder, 'config'), '[default]\nregion = auto\nendpoint_url = https://t3.storage.dev\n');
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_REGION', undefined);
    vi.stubEnv('AWS_PROFILE', undefined);
    await expect(addressOf(onAws({ fromEnv: true, region: undefined }))).rejects.toThrow('use tigrisStorage');
    await rm(folder, { recursive: true });
  });
});

it('sends a large put in one go, without asking before, over connections that stay', async () => {
  await using server = await recording();
  const storage = server.storage();
  const data = new Uint8Array(3 * 1024 * 1024);
  for (let n = 0; n < 3; n++) await storage.putObject('o', data);
  expect(server.requests.map(({ headers }) => headers['expect'])).toEqual([undefined, undefined, undefined]);
  expect(server.connections).toHaveLength(1);
});

it.each([{ networkStreamTimeoutMs: 100 }, { readTimeoutMs: 100, networkStreamTimeoutMs: 0 }])(
  'gives up on a server that says nothing, with %o',
  async (timeouts) => {
    await using server = await recording({ answer: () => ({ status: 200, never: true }) });
    const storage = server.storage({ settings: { ...once, timeouts } });
    await expect(storage.getObject('o')).rejects.toMatchObject({ kind: 'timeout' });
    await expect(storage.putObject('o', new Uint8Array(1))).rejects.toMatchObject({ kind: 'timeout' });
  },
);

it('sends no checksum that nobody asked for', async () => {
  await using server = await recording();
  await server.storage().putObject('o', new Uint8Array(1));
  await server.storage({ checksumAlgorithm: 'CRC32' }).putObject('o', new Uint8Array(1));
  const names = server.requests.map(({ headers }) => Object.keys(headers).filter((name) => name.includes('checksum')));
  expect(names[0]).toEqual([]);
  expect(names[1]).toContain('x-amz-checksum-crc32');
});

it('shows no key and no header of a user in anything that it makes', async () => {
  await using server = await recording();
  const secrets = { key: keys.secretAccessKey, header: 'the-secret-value-of-a-header' };
  const options = { endpointUrl: server.url, allowHttp: true, headers: { 'x-secret': secrets.header }, ...keys };
  const target = s3Target({ bucket: 'bucket', ...options });
  // A client of the SDK holds itself, and is no JSON.
  const { sdk, ...rest } = target;
  const shown = inspect(sdk, { depth: 20, showHidden: true, getters: true, maxStringLength: null });
  expect(leaksOf([rest, shown], secrets)).toEqual([]);
  const storage = server.storage(options);
  server.next({ status: 403 });
  const error = await storage.getObject('o').catch((err: unknown) => err);
  expect(error).toMatchObject({ kind: 'permission_denied' });
  expect(leaksOf([storage, error], secrets)).toEqual([]);
});
