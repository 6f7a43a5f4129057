import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { GcsHttp, jsonOf } from '../src/http.ts';
import { failure, json, scripted, TOKEN } from './scripted.ts';

const get = { method: 'GET', path: '/o' } as const;

describe('a request', () => {
  const s = scripted();

  it('goes to the bucket, with its parameters percent-encoded and the credentials', async () => {
    s.server.next(json({}));
    await s.http.send({ ...get, query: { prefix: 'a b+c/é', pageToken: undefined } }, [200], s.context);
    const [request] = s.server.requests;
    expect(request?.path).toBe('/storage/v1/b/b-1/o?prefix=a%20b%2Bc%2F%C3%A9');
    expect(request?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });

  it('keeps the path of an endpoint, and says who pays', async () => {
    s.server.next(json({}));
    const http = new GcsHttp({ ...s.target, baseUrl: `${s.server.url}/proxy/gcs`, userProject: 'who pays' });
    await http.send(get, [200], s.context);
    expect(s.server.requests[0]?.path).toBe('/proxy/gcs/storage/v1/b/b-1/o?userProject=who%20pays');
  });

  it('is an error where its status is not expected, without the token in it', async () => {
    s.server.next(failure(403, 'forbidden', `no right for Bearer ${TOKEN}`));
    const error: unknown = await s.http.send(get, [200], s.context).catch((err: unknown) => err);
    expect(error).toMatchObject({ kind: 'permission_denied', status: 403 });
    expect(leaksOf(error, { token: TOKEN })).toEqual([]);
  });

  it('follows no redirect: the token would go along', async () => {
    s.server.next({ status: 302, headers: { location: `${s.server.url}/elsewhere` } });
    await expect(s.http.send(get, [200], s.context)).rejects.toMatchObject({ kind: 'bad_response', status: 302 });
    expect(s.server.requests).toHaveLength(1);
  });

  it.each([
    ['a connection that is reset', { resetBeforeAnswer: true } as const],
    ['a body of JSON that breaks off', { ...json({ items: [] }), cutAfterBytes: 4 }],
  ])('%s is unavailable', async (_, answer) => {
    s.server.next(answer);
    const read = s.http.send(get, [200], s.context).then(jsonOf);
    await expect(read).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it.each(['', 'null', '7', '<html></html>'])('an answer %j is no JSON object', async (body) => {
    s.server.next({ body });
    await expect(s.http.send(get, [200], s.context).then(jsonOf)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('keeps the status of an error whose body breaks off or has no end', async () => {
    s.server.next({ ...failure(503, 'backendError'), cutAfterBytes: 3 }, { status: 503, body: 'x'.repeat(1_000_000) });
    for (const _ of [1, 2])
      await expect(s.http.send(get, [200], s.context)).rejects.toMatchObject({ kind: 'unavailable', status: 503 });
  });

  it('joins headers that come twice, each of them', async () => {
    s.server.next({ headers: { 'x-goog-hash': ['crc32c=a', 'md5=b'], etag: ['x', 'y'] } as never, body: '{}' });
    const { headers } = await s.http.send(get, [200], s.context);
    expect(headers).toMatchObject({ 'x-goog-hash': 'crc32c=a, md5=b', etag: 'x, y' });
  });

  it('gives its connection up when its signal fires, before the answer and within it', async () => {
    s.server.next({ never: true });
    const before = new AbortController();
    const waiting = s.http.send(get, [200], { signal: before.signal });
    await s.server.received(1);
    before.abort(new Error('enough'));
    await expect(waiting).rejects.toBeDefined();
    await s.server.connections[0]?.closed;
    s.server.next({ headers: { 'content-length': '1000000' }, body: 'x'.repeat(500_000) });
    const within = new AbortController();
    const answer = await s.http.send(get, [200], { signal: within.signal });
    within.abort(new Error('enough'));
    await expect(jsonOf(answer)).rejects.toBeDefined();
    await s.server.connections[1]?.closed;
  });

  // undici opens a second one where a request follows at once upon an answer.
  it('uses its connections again after answers and errors', async () => {
    for (let round = 0; round < 5; round++) {
      s.server.next(json({}), failure(404, 'notFound'));
      await jsonOf(await s.http.send(get, [200], s.context));
      await s.http.send(get, [200], s.context).catch(() => {});
    }
    expect(s.server.connections.length).toBeLessThanOrEqual(2);
  });
});

describe('credentials that are refused', () => {
  it('are named where they are to be replaced', async () => {
    const refused: unknown[] = [];
    const sent = { authorization: 'Bearer old' };
    const authorization = {
      headers: async () => sent,
      refresh: async (_: unknown, which: unknown) => void refused.push(which),
    };
    const http = new GcsHttp({ ...s.target, authorization });
    s.server.next(failure(401, 'authError', 'Invalid Credentials'));
    const request = http.send(get, [200], s.context);
    await expect(request).rejects.toMatchObject({ kind: 'unauthenticated', retry: 'after_refresh' });
    await http.refresh(s.context);
    expect(refused[0]).toBe(sent);
  });
  const s = scripted();
});

describe('an address that was given out', () => {
  const s = scripted();

  it('is asked without the credentials where it is not the endpoint', async () => {
    s.server.next(json({}), json({}));
    const other = s.server.url.replace('127.0.0.1', 'localhost');
    await s.http.sendTo(`${other}/up?upload_id=x`, { method: 'PUT' }, [200], s.context);
    await s.http.sendTo(`${s.server.url}/up?upload_id=x`, { method: 'PUT' }, [200], s.context);
    const tokens = s.server.requests.map(({ headers }) => headers['authorization']);
    expect(tokens).toEqual([undefined, `Bearer ${TOKEN}`]);
    expect(s.server.requests[0]?.path).toBe('/up?upload_id=x');
  });

  it('is told who pays, once, where it is the endpoint', async () => {
    s.server.respond(() => json({}));
    const http = new GcsHttp({ ...s.target, userProject: 'who pays' });
    const other = s.server.url.replace('127.0.0.1', 'localhost');
    for (const address of [
      `${s.server.url}/up?name=a%20b&upload_id=x`,
      `${s.server.url}/up?userProject=p`,
      `${other}/up`,
    ])
      await http.sendTo(address, { method: 'PUT' }, [200], s.context);
    expect(s.server.requests.map(({ path }) => path)).toEqual([
      '/up?name=a%20b&upload_id=x&userProject=who%20pays',
      '/up?userProject=p',
      '/up',
    ]);
  });

  it('is safe, or none', () => {
    expect(s.http.checkAddress('https://storage.example/up?upload_id=x', 200)).toBe(
      'https://storage.example/up?upload_id=x',
    );
    expect(s.http.checkAddress('/up?upload_id=x', 200)).toBe(`${s.server.url}/up?upload_id=x`);
    for (const address of [undefined, '', 'http://storage.example/up?upload_id=SECRET', 'ftp://x/y'])
      expect(() => s.http.checkAddress(address, 200)).toThrow(/^bad_response: (?!.*SECRET)/);
  });
});
