import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leaksOf } from '@icechunk-tooling/secrets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DirectWire } from '../src/direct-wire.ts';
import { getObject } from '../src/get.ts';
import type { AnyOptions } from '../src/options.ts';
import { s3Target } from '../src/s3.ts';
import type { S3Target } from '../src/target.ts';
import type { WireRequest } from '../src/wire.ts';
import { keys, no, recording } from './recording.ts';
import { context } from './scripted.ts';
import { outcomeOf, wires } from './wires.ts';

afterEach(() => vi.unstubAllEnvs());

const get: WireRequest = { method: 'GET', key: 'a', headers: {} };
const head: WireRequest = { method: 'HEAD', key: 'a', headers: {} };
const put: WireRequest = { method: 'PUT', key: 'a', headers: {}, data: new Uint8Array(3) };

function targetOn(server: { readonly url: string }, more: AnyOptions = {}): S3Target {
  const isAuthorised = ['getCredentials', 'anonymous', 'fromEnv'].some((name) => name in more);
  return s3Target({ bucket: 'bucket', endpointUrl: server.url, allowHttp: true, ...(!isAuthorised && keys), ...more });
}

describe('asks the SDK', () => {
  it('once for each verb, however many requests there are at once', async () => {
    await using server = await recording();
    const target = targetOn(server);
    const send = vi.spyOn(target.sdk, 'send');
    const wire = new DirectWire(target);
    const all = Array.from({ length: 20 }, () => [get, head, put]).flat();
    await Promise.all(all.map((request) => outcomeOf(wire, request)));
    for (const request of all) await outcomeOf(wire, request);
    expect(server.requests).toHaveLength(120);
    expect(send).toHaveBeenCalledTimes(3);
  });

  it('again after it has failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-s3-wire-'));
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])
      vi.stubEnv(name, undefined);
    await using server = await recording();
    const wire = new DirectWire(targetOn(server, { fromEnv: true }));
    await expect(wire.send(get, context)).rejects.toMatchObject({ kind: 'unauthenticated' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    expect(await outcomeOf(wire, get)).toMatchObject({ status: 200 });
    expect(server.requests).toHaveLength(1);
    await rm(folder, { recursive: true });
  });
});

describe('as through the SDK, a request fails', () => {
  const profiles: readonly (readonly [what: string, profile: string])[] = [
    ['without a region', '[default]\n'],
    ["at Tigris's endpoint in a profile", '[default]\nregion = auto\nendpoint_url = https://t3.storage.dev\n'],
    ['at a plain endpoint in a profile', '[default]\nregion = r\nendpoint_url = http://127.0.0.1:9\n'],
  ];

  it.each(profiles)('%s', async (_, profile) => {
    const folder = await mkdtemp(join(tmpdir(), 'storage-s3-wire-'));
    await writeFile(join(folder, 'config'), profile);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])
      vi.stubEnv(name, undefined);
    const [sdk, direct] = await Promise.all(
      wires.map(([, wireOf]) => outcomeOf(wireOf(s3Target({ bucket: 'bucket', fromEnv: true })), get)),
    );
    expect(sdk).toMatchObject({ kind: 'invalid_options' });
    expect(direct).toEqual(sdk);
    await rm(folder, { recursive: true });
  });

  it('without credentials', async () => {
    await using server = await recording();
    const getCredentials = () => Promise.reject(new Error('none today'));
    const [sdk, direct] = await Promise.all(
      wires.map(([, wireOf]) => outcomeOf(wireOf(targetOn(server, { getCredentials })), put)),
    );
    expect(sdk).toMatchObject({ kind: 'unauthenticated' });
    expect(direct).toEqual(sdk);
    expect(server.requests).toEqual([]);
  });

  it('where nobody listens, and where there is no such host', async () => {
    for (const url of ['http://127.0.0.1:9', 'http://there-is-none.invalid']) {
      const [sdk, direct] = await Promise.all(wires.map(([, wireOf]) => outcomeOf(wireOf(targetOn({ url })), head)));
      expect(sdk).toMatchObject({ kind: 'unavailable' });
      expect(direct).toEqual(sdk);
    }
  });

  it.each([
    ['no answer', get, { never: true }],
    ['no end of an answer to a put', put, { headers: { 'content-length': '9' }, body: 'x' }],
  ] as const)('in time where there is %s', async (_, request, answer) => {
    await using server = await recording({ answer: () => answer });
    const settings = { timeouts: { readTimeoutMs: 100, networkStreamTimeoutMs: 300 } };
    const [sdk, direct] = await Promise.all(
      wires.map(([, wireOf]) => outcomeOf(wireOf(targetOn(server, { settings })), request)),
    );
    expect(sdk).toMatchObject({ kind: 'timeout' });
    expect(direct).toEqual(sdk);
  });
});

describe('ends with its signal', () => {
  it('before anything is sent', async () => {
    await using server = await recording();
    const outcomes = await Promise.all(
      wires.map(([, wireOf]) => outcomeOf(wireOf(targetOn(server)), get, AbortSignal.abort())),
    );
    expect(outcomes.map((outcome) => (outcome as { readonly kind: string }).kind)).toEqual(['unknown', 'unknown']);
    expect(server.requests).toEqual([]);
  });

  it('before the answer, and frees the connection', async () => {
    await using server = await recording({ answer: () => ({ never: true }) });
    const abort = new AbortController();
    const sent = new DirectWire(targetOn(server)).send(put, { signal: abort.signal });
    await server.received(1);
    abort.abort();
    await expect(sent).rejects.toThrow();
    await server.connections[0]?.closed;
  });

  // Of which some readers of bodies never hear.
  it.each([
    ['an error document', get, { status: 503, headers: { 'content-length': '900' }, body: '<Error>' }],
    ['the answer to a put', put, { headers: { 'content-length': '900' }, body: '<' }],
  ] as const)('between the head and the end of %s, and frees the connection', async (_, request, answer) => {
    await using server = await recording({ answer: () => answer });
    const target = targetOn(server);
    const abort = new AbortController();
    const handler = target.sdk.config.requestHandler as unknown as { handle(...args: unknown[]): Promise<unknown> };
    const handle = handler.handle.bind(handler);
    handler.handle = async (...args) => {
      const head = await handle(...args);
      abort.abort();
      return head;
    };
    await expect(new DirectWire(target).send(request, { signal: abort.signal })).rejects.toThrow();
    await server.connections[0]?.closed;
  });
});

describe('keeps its connection', () => {
  it('after answers of every kind but a 412, which MinIO follows with silence', async () => {
    await using server = await recording();
    const wire = new DirectWire(targetOn(server));
    const found = { headers: { 'content-length': '3' } };
    server.next(
      no(404, 'NoSuchKey'),
      { status: 304 },
      {},
      found,
      {},
      no(503, 'SlowDown'),
      no(412, 'PreconditionFailed'),
    );
    for (const request of [get, get, get, head, put, put, put]) await outcomeOf(wire, request);
    expect(server.connections).toHaveLength(1);
    await outcomeOf(wire, get);
    expect(server.connections).toHaveLength(2);
  });

  it('but for an error that does not end, of which the status is left', async () => {
    await using server = await recording();
    const wire = new DirectWire(targetOn(server));
    server.next({ ...no(403, 'ExpiredToken', 'x'.repeat(1024 * 1024)) });
    expect(await outcomeOf(wire, get)).toMatchObject({ kind: 'permission_denied', providerCode: undefined });
    await server.connections[0]?.closed;
  });
});

it('signs with the keys of the moment, and tells which of them were refused', async () => {
  const made = { one: { ...keys, accessKeyId: 'one' }, two: { ...keys, accessKeyId: 'two' } };
  let given = made.one;
  await using server = await recording({ answer: () => no(403, 'InvalidAccessKeyId') });
  const target = targetOn(server);
  // Marked as what is asked each time.
  Object.assign(target.sdk.config, { credentials: Object.assign(async () => given, { memoized: true }) });
  const refused = vi.fn();
  const wire = new DirectWire({ ...target, refused });
  await Promise.all([
    outcomeOf(wire, get),
    server.received(1).then(() => {
      given = made.two;
    }),
  ]);
  await outcomeOf(wire, head);
  expect(refused.mock.calls.map(([, identity]) => identity)).toEqual([made.one, made.two]);
  const ids = server.requests.map(({ headers }) => /Credential=(\w+)/.exec(headers['authorization'] ?? '')?.[1]);
  expect(ids).toEqual(['one', 'two']);
});

it('shares its clock with the SDK, which has both sign right after a refusal', async () => {
  const hour = 3_600_000;
  const skewed = { ...no(403, 'RequestTimeTooSkewed'), headers: { date: new Date(Date.now() - hour).toUTCString() } };
  await using server = await recording();
  const target = targetOn(server);
  const wire = new DirectWire(target);
  server.next(skewed);
  expect(await outcomeOf(wire, get)).toMatchObject({ kind: 'unauthenticated', retry: 'again' });
  expect(Math.round(target.sdk.config.systemClockOffset / hour)).toBe(-1);
  server.next({ headers: skewed.headers });
  await outcomeOf(wire, get);
  const [first, second] = server.requests.map(({ headers }) => timeOf(headers['x-amz-date']));
  expect(Math.round(((first ?? 0) - (second ?? 0)) / hour)).toBe(1);
  await outcomeOf(wire, get);
  expect(Math.abs(target.sdk.config.systemClockOffset)).toBeLessThan(hour / 2);
});

function timeOf(amzDate = ''): number {
  return Date.parse(amzDate.replace(/(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'));
}

it('shows nothing of what was signed', async () => {
  const token = { sessionToken: 'a-session-token-of-some-length' };
  await using server = await recording();
  const wire = new DirectWire(targetOn(server, token));
  server.next(no(403, 'SignatureDoesNotMatch'), { resetBeforeAnswer: true }, { status: 503, body: '<html>' });
  for (const request of [put, get, head]) {
    const error = await wire.send(request, context).catch((err: unknown) => err);
    const { authorization = '' } = server.requests.at(-1)?.headers ?? {};
    const signature = /Signature=(\w+)/.exec(authorization)?.[1] ?? 'no signature was sent';
    expect(leaksOf([error, wire], { ...keys, ...token, signature })).toEqual([]);
  }
});

describe('reads what a handler of fetch gives', () => {
  function fetched(...answers: readonly Response[]): S3Target {
    const target = targetOn({ url: 'http://127.0.0.1:9' });
    const left = [...answers];
    (target.sdk.config as { requestHandler: unknown }).requestHandler = {
      handle: async () => {
        const { status, headers, body } = left.shift() as Response;
        return { response: { statusCode: status, headers: Object.fromEntries(headers), body: body ?? new Blob() } };
      },
    };
    return target;
  }

  it('as it reads what comes by Node', async () => {
    const answers = [
      new Response('hello', { headers: { etag: '"a"' } }),
      new Response(null, { status: 304 }),
      new Response('<Error><Code>SlowDown</Code></Error>', { status: 503 }),
      new Response(null, { headers: { etag: '"a"' } }),
    ];
    const wire = new DirectWire(fetched(...answers));
    expect(await outcomeOf(wire, get)).toEqual({ status: 200, headers: expect.anything(), body: 'hello' });
    expect(await outcomeOf(wire, get)).toMatchObject({ status: 304 });
    expect(await outcomeOf(wire, get)).toMatchObject({ status: 503, providerCode: 'SlowDown' });
    expect(await outcomeOf(wire, put)).toMatchObject({ status: 200, headers: { etag: '"a"' } });
  });

  it.each(wires)('where there is no body to be read, %s', async (_, wireOf) => {
    const empty = new Response(null, { headers: { etag: '"a"', 'content-length': '0' } });
    const wire = wireOf(fetched(new Response(null, { status: 204 }), empty));
    const asked = { key: 'a' };
    await expect(getObject(wire, asked, context)).rejects.toMatchObject({ kind: 'bad_response', status: 204 });
    expect(await getObject(wire, asked, context)).toMatchObject({ kind: 'found', sizeBytes: 0 });
  });
});
