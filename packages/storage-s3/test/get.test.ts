import { describe, expect, it } from 'vitest';
import { context, errorAnswer, scripted } from './scripted.ts';

const found = {
  etag: '"9bb58f26192e4ba00f01e2e7b136bbd8"',
  'last-modified': 'Wed, 28 Oct 2026 22:32:00 GMT',
  'content-type': 'text/plain',
};

describe('get', () => {
  const s3 = scripted();

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (seen 2026-11)
  it('gives an object with what its answer says of it', async () => {
    const headers = { ...found, 'x-amz-meta-Icfiletype': 'chunk', 'x-amz-meta-icclient': 'a b' };
    s3.server.next({ headers, body: 'hello' });
    const answer = await s3.client().get({ key: 'p/a b+c' }, context);
    expect(answer).toMatchObject({
      kind: 'found',
      version: { etag: found.etag },
      sizeBytes: 5,
      range: { start: 0, end: 5 },
      lastModified: new Date('2026-10-28T22:32:00Z'),
      contentType: 'text/plain',
      metadata: { icfiletype: 'chunk', icclient: 'a b' },
    });
    expect(await textOf(answer)).toBe('hello');
    expect(s3.server.requests[0]).toMatchObject({ method: 'GET', path: '/bucket/p/a%20b%2Bc?x-id=GetObject' });
  });

  it('asks for bytes from the first to the last', async () => {
    s3.server.next({ status: 206, headers: { ...found, 'content-range': 'bytes 2-4/10' }, body: 'cde' });
    const answer = await s3.client().get({ key: 'p/a', range: { start: 2, end: 5 } }, context);
    expect(s3.server.requests[0]?.headers['range']).toBe('bytes=2-4');
    expect(answer).toMatchObject({ kind: 'found', sizeBytes: 10, range: { start: 2, end: 5 } });
    expect(await textOf(answer)).toBe('cde');
  });

  it('says so where a server ignores the range', async () => {
    s3.server.next({ status: 200, headers: found, body: 'abcdefghij' });
    const answer = await s3.client().get({ key: 'p/a', range: { start: 2, end: 5 } }, context);
    expect(answer).toMatchObject({ sizeBytes: 10, range: { start: 0, end: 10 } });
    expect(await textOf(answer)).toBe('abcdefghij');
  });

  it('sends etags without quotes, which Ceph refuses', async () => {
    s3.server.respond(() => ({ headers: found, body: 'x' }));
    const client = s3.client();
    for (const condition of ['ifVersion', 'ifNotVersion'] as const)
      await textOf(await client.get({ key: 'p/a', [condition]: { etag: '"abc"' } }, context));
    expect(s3.server.requests.map(({ headers }) => [headers['if-match'], headers['if-none-match']])).toEqual([
      ['abc', undefined],
      [undefined, 'abc'],
    ]);
  });

  it.each([
    ['an empty 304', { status: 304 }],
    ['a 304 with a checksum, as R2 sends it', { status: 304, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }],
  ])('takes %s for not modified', async (_, answer) => {
    s3.server.next(answer);
    const request = { key: 'p/a', ifNotVersion: { etag: '"abc"' } };
    expect(await s3.client().get(request, context)).toEqual({ kind: 'not_modified' });
  });

  it.each([
    ['with a code', errorAnswer(412, 'PreconditionFailed')],
    ['without a body', { status: 412 }],
  ])('takes a 412 %s for changed', async (_, answer) => {
    s3.server.next(answer);
    expect(await s3.client().get({ key: 'p/a', ifVersion: { etag: '"abc"' } }, context)).toEqual({ kind: 'changed' });
  });

  it('does not take a 304 or a 412 that was not asked for', async () => {
    s3.server.next({ status: 304 }, { status: 412 });
    const client = s3.client();
    for (const status of [304, 412])
      await expect(client.get({ key: 'p/a' }, context)).rejects.toMatchObject({ kind: 'bad_response', status });
  });

  it('leaves the version empty where there is no etag', async () => {
    s3.server.next({ body: 'x' });
    expect(await s3.client().get({ key: 'p/a' }, context)).toMatchObject({ version: {} });
  });

  it.each([
    ['no length', { status: 200, headers: { ...found, 'transfer-encoding': 'chunked' }, body: 'x' }],
    ['a range of unknown size', { status: 206, headers: { ...found, 'content-range': 'bytes 0-0/*' }, body: 'x' }],
    ['no range', { status: 206, headers: found, body: 'x' }],
  ])('refuses an answer with %s, and frees its connection', async (_, answer) => {
    s3.server.next(answer);
    const request = { key: 'p/a', range: { start: 0, end: 1 } };
    await expect(s3.client().get(request, context)).rejects.toMatchObject({ kind: 'bad_response' });
    await s3.server.connections[0]?.closed;
  });

  it('fails where the body is shorter than it says', async () => {
    s3.server.next({ headers: found, body: 'hello', cutAfterBytes: 3 });
    const answer = await s3.client().get({ key: 'p/a' }, context);
    await expect(textOf(answer)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it('fails where the connection is reset in place of an answer', async () => {
    s3.server.next({ resetBeforeAnswer: true });
    const failure = { kind: 'unavailable', retry: 'again', providerCode: 'ECONNRESET' };
    await expect(s3.client().get({ key: 'p/a' }, context)).rejects.toMatchObject(failure);
  });

  it('ends with its signal, and frees the connection', async () => {
    s3.server.next({ never: true });
    const abort = new AbortController();
    const got = s3.client().get({ key: 'p/a' }, { signal: abort.signal });
    await s3.server.received(1);
    abort.abort();
    await expect(got).rejects.toThrow();
    await s3.server.connections[0]?.closed;
  });
});

describe('head', () => {
  const s3 = scripted();

  it('gives what a get would say', async () => {
    s3.server.next({ headers: { ...found, 'content-length': '12', 'x-amz-meta-a': 'b' } });
    expect(await s3.client().head('p/a', context)).toEqual({
      version: { etag: found.etag },
      sizeBytes: 12,
      lastModified: new Date('2026-10-28T22:32:00Z'),
      contentType: 'text/plain',
      metadata: { a: 'b' },
    });
  });

  it.each([
    [404, 'not_found', 'no'],
    [403, 'permission_denied', 'no'],
    [400, 'unauthenticated', 'after_refresh'],
    [503, 'unavailable', 'again'],
  ])('goes by the status, since it has no body: %i is %s', async (status, kind, retry) => {
    s3.server.next({ status });
    await expect(s3.client().head('p/a', context)).rejects.toMatchObject({ kind, retry, status });
  });
});

async function textOf(
  answer: Awaited<ReturnType<ReturnType<ReturnType<typeof scripted>['client']>['get']>>,
): Promise<string> {
  if (answer.kind !== 'found') throw new Error(`expected an object, saw ${answer.kind}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
