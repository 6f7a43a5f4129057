import { leaksOf } from '@icechunk-tooling/secrets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AnyOptions } from '../src/options.ts';
import { r2Target } from '../src/r2.ts';
import { inForm, requestForm } from '../src/request-form.ts';
import { s3Target } from '../src/s3.ts';
import type { S3Target } from '../src/target.ts';
import { tigrisTarget } from '../src/tigris.ts';
import type { WireRequest } from '../src/wire.ts';
import { keys } from './recording.ts';
import { context } from './scripted.ts';
import { type HandedRequest, handedBy, lasting, wires } from './wires.ts';

afterEach(() => vi.unstubAllEnvs());

const bytes = new TextEncoder().encode('hello');
const requests: readonly WireRequest[] = [
  { method: 'GET', key: "a b/'c'/é+%", headers: {} },
  { method: 'GET', key: '/a//../b', headers: { range: 'bytes=0-1', 'if-none-match': 'abc' } },
  { method: 'HEAD', key: 'a', headers: { 'if-match': '"abc"' } },
  { method: 'PUT', key: 'a', headers: {}, data: bytes },
  { method: 'PUT', key: 'a', headers: { 'content-type': 'a/b' }, data: new Uint8Array() },
  { method: 'PUT', key: 'a', headers: {} },
  { method: 'PUT', key: 'a', headers: { 'if-none-match': '*', 'x-amz-meta-a': ' b  c ' }, data: bytes.subarray(1, 3) },
];

const onAws = { bucket: 'bucket', region: 'eu-west-1', ...keys };
const elsewhere = { bucket: 'bucket', region: 'us-east-1', endpointUrl: 'https://s3.example.org', ...keys };
const token = { sessionToken: 'a-session-token-of-some-length' };
const headers = {
  headers: { 'X-All': 'a' },
  readHeaders: { 'x-read': 'r', 'cache-control': 'no-cache' },
  writeHeaders: { 'x-write': 'w', 'x-amz-acl': 'public-read', 'cache-control': 'max-age=1' },
};

const targets: readonly (readonly [what: string, target: () => S3Target])[] = [
  ['AWS', () => s3Target(onAws)],
  ['AWS in China', () => s3Target({ ...onAws, region: 'cn-north-1' })],
  ['AWS by paths', () => s3Target({ ...onAws, forcePathStyle: true })],
  ['AWS, to a bucket with dots', () => s3Target({ ...onAws, bucket: 'a.bucket' })],
  ['AWS, to an access point', () => s3Target({ ...onAws, bucket: 'point-s3alias' })],
  ['AWS, for a session', () => s3Target({ ...onAws, ...token })],
  ['AWS, who pays', () => s3Target({ ...onAws, requesterPays: true })],
  ['AWS with headers', () => s3Target({ ...onAws, ...headers })],
  ['AWS, bytes signed', () => s3Target({ ...onAws, signPayload: true })],
  ['AWS without keys', () => s3Target({ bucket: 'bucket', region: 'eu-west-1', anonymous: true })],
  ['a host', () => s3Target(elsewhere)],
  ['a host by paths', () => s3Target({ ...elsewhere, forcePathStyle: true })],
  ['a tenant', () => s3Target({ ...elsewhere, bucket: 'tenant:bucket' })],
  ['a port and a path', () => s3Target({ ...elsewhere, endpointUrl: 'https://s3.example.org:9000/base/' })],
  ['an address', () => s3Target({ ...elsewhere, endpointUrl: 'http://[::1]:9000', allowHttp: true })],
  ['plain http', () => s3Target({ ...elsewhere, endpointUrl: 'http://s3.example.org', allowHttp: true })],
  ['plain http, bytes unsigned', () => s3Target({ ...plainHttp, signPayload: false })],
  ['R2', () => r2Target({ bucket: 'bucket', accountId: 'account', ...keys })],
  ['R2 in public', () => r2Target({ endpointUrl: 'https://data.example.org/base', prefix: 'p' })],
  ['Tigris', () => tigrisTarget({ bucket: 'bucket', region: 'iad', ...keys })],
  ['Tigris, weakly', () => tigrisTarget({ bucket: 'bucket', useWeakConsistency: true, ...keys })],
];
const plainHttp: AnyOptions = { ...elsewhere, endpointUrl: 'http://s3.example.org', allowHttp: true };

describe('to the letter what the SDK sends', () => {
  it.each(targets)('to %s', async (_, targetOf) => {
    const [bySdk, direct] = await Promise.all(wires.map(([, wireOf]) => handed(targetOf(), wireOf)));
    expect(bySdk).toHaveLength(requests.length);
    expect(direct).toEqual(bySdk);
  });

  it('by what the environment says under fromEnv', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_SDK_UA_APP_ID', 'my-app');
    const targetOf = () => s3Target({ bucket: 'bucket', fromEnv: true });
    const [bySdk, direct] = await Promise.all(wires.map(([, wireOf]) => handed(targetOf(), wireOf)));
    expect(direct).toEqual(bySdk);
    expect(direct?.[0]).toMatchObject({ hostname: 'bucket.s3-fips.us-east-1.amazonaws.com' });
    expect(direct?.[0]?.headers['user-agent']).toMatch(/^aws-sdk-js\/\d.* app\/my-app$/);
  });
});

async function handed(target: S3Target, wireOf: (typeof wires)[number][1]): Promise<HandedRequest[]> {
  const seen = handedBy(target);
  const wire = wireOf(target);
  for (const request of requests) await wire.send(request, context);
  return seen.map(compared);
}

function compared({
  method,
  protocol,
  hostname,
  port,
  path,
  query,
  headers: sent,
  body,
}: HandedRequest): HandedRequest {
  const text = body === undefined ? undefined : Buffer.from(body as Uint8Array).toString();
  return {
    method,
    protocol,
    hostname,
    ...(port && { port }),
    path,
    query,
    headers: lasting(sent) as never,
    body: text,
  };
}

describe('leaves to the SDK', () => {
  const methods = ['GET', 'HEAD', 'PUT'] as const;
  const formed = async (target: S3Target): Promise<string[]> => {
    const forms = await Promise.all(methods.map((method) => requestForm(target, method)));
    return methods.filter((_, at) => forms[at] !== undefined);
  };

  it('nothing that it can do itself', async () => {
    expect(await formed(s3Target(onAws))).toEqual(methods);
  });

  it("what goes through a caller's own client, which is not looked into", async () => {
    const { sdk } = s3Target(onAws);
    const send = vi.spyOn(sdk, 'send');
    expect(await formed({ ...s3Target(onAws), sdk, isCallersClient: true })).toEqual([]);
    expect(send).not.toHaveBeenCalled();
  });

  it('puts with a checksum', async () => {
    expect(await formed(s3Target({ ...onAws, checksumAlgorithm: 'CRC32' }))).toEqual(['GET', 'HEAD']);
  });

  it('directory buckets, whose requests are signed for sessions', async () => {
    const target = s3Target({ ...onAws, bucket: 'bucket--euw1-az1--x-s3', region: 'eu-west-1' });
    const handler = target.sdk.config as { s3ExpressIdentityProvider?: unknown };
    handler.s3ExpressIdentityProvider = { getS3ExpressIdentity: async () => ({ ...keys, ...token }) };
    expect(await formed(target)).toEqual([]);
  });

  it('all where it does not read errors as it does today', async () => {
    const target = s3Target(onAws);
    Object.assign(target.sdk.config, { protocol: undefined });
    expect(await formed(target)).toEqual([]);
  });

  it('what is sent in a function of Lambda, whose calls have traces', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'function');
    expect(await formed(s3Target(onAws))).toEqual([]);
  });
});

it('keeps nothing of one request for the next', async () => {
  const form = await requestForm(s3Target(onAws), 'PUT');
  if (!form) throw new Error('expected a form');
  const first = inForm(form, { method: 'PUT', key: 'a', headers: { 'x-amz-meta-a': 'b' }, data: bytes });
  const second = inForm(form, { method: 'PUT', key: 'b', headers: {} });
  expect(first).toMatchObject({ path: '/a', headers: { 'x-amz-meta-a': 'b', 'content-length': '5' } });
  expect(first.body).toBe(bytes);
  expect(second).toMatchObject({ path: '/b', headers: { 'content-length': '0' } });
  expect(second.headers).not.toHaveProperty('x-amz-meta-a');
});

it('keeps no keys', async () => {
  expect(leaksOf(await requestForm(s3Target({ ...onAws, ...token }), 'PUT'), { ...keys, ...token })).toEqual([]);
});

it('sends nothing for it', async () => {
  const target = s3Target(onAws);
  const seen = handedBy(target);
  await requestForm(target, 'PUT');
  expect(seen).toEqual([]);
});
