import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { putObject } from '../src/put.ts';
import { failure, json, scripted, TOKEN } from './scripted.ts';

const s = scripted();
const data = new TextEncoder().encode('hello');
const stored = (size = 5): ReturnType<typeof json> => json({ generation: '8', etag: 'CJ=', size: String(size) });

describe('a put', () => {
  it('of bytes alone is one request with them as they are', async () => {
    s.server.next(stored(), stored());
    const answer = await putObject(s.http, { key: 'a%20b/c', data }, s.context);
    expect(answer).toEqual({ kind: 'stored', version: { generation: '8', etag: 'CJ=' } });
    await putObject(s.http, { key: 'k', data, contentType: 'a/b', metadata: {} }, s.context);
    expect(s.lines()[0]).toBe('POST /upload/storage/v1/b/b-1/o');
    expect(s.query(0)).toEqual({ uploadType: 'media', name: 'a%20b/c', fields: 'generation,etag,size' });
    const types = s.server.requests.map(({ headers }) => headers['content-type']);
    expect(types).toEqual(['application/octet-stream', 'a/b']);
    expect(String(Buffer.from(s.server.requests[0]?.body ?? []))).toBe('hello');
  });

  // https://cloud.google.com/storage/docs/request-preconditions (seen 2026-11).
  it.each([
    [{ kind: 'create' } as const, '0'],
    [{ kind: 'update', version: { generation: '7', etag: 'x' } } as const, '7'],
  ])('under %j asks for a generation, and is refused by 412', async (condition, ifGenerationMatch) => {
    s.server.next(stored(), failure(412, 'conditionNotMet'));
    expect(await putObject(s.http, { key: 'k', data, condition }, s.context)).toMatchObject({ kind: 'stored' });
    expect(await putObject(s.http, { key: 'k', data, condition }, s.context)).toEqual({ kind: 'refused' });
    expect(s.query(0)).toMatchObject({ ifGenerationMatch });
  });

  // https://cloud.google.com/storage/docs/json_api/v1/status-codes (412, seen 2026-11): a conflict would be made up, for ever.
  it.each([
    ['a policy of the organisation', failure(412, 'orgPolicyConstraintFailed', 'constraint x'), 'permission_denied'],
    ['another reason', failure(412, 'softDeletePolicyNotSet'), 'bad_response'],
    ['a page of somebody else', { status: 412, body: '<html>no</html>' }, 'bad_response'],
  ])('is not refused by a 412 that is the word of %s', async (_, answer, kind) => {
    s.server.next(answer);
    const put = putObject(s.http, { key: 'k', data, condition: { kind: 'create' } }, s.context);
    await expect(put).rejects.toMatchObject({ kind, status: 412, retry: 'no' });
  });

  it.each([{ etag: '"x"' }, { generation: '0' }])('over %j is refused, and not sent', async (version) => {
    const condition = { kind: 'update', version } as const;
    expect(await putObject(s.http, { key: 'k', data, condition }, s.context)).toEqual({ kind: 'refused' });
    expect(s.server.requests).toHaveLength(0);
  });

  it.each([3, 65_000, 65_536, 3_000_000])('with metadata is one body of two parts (%i bytes)', async (sizeBytes) => {
    const bytes = new Uint8Array(sizeBytes).map((_, index) => index * 31);
    s.server.next(stored(sizeBytes));
    const request = { key: 'k', data: bytes, contentType: 'a/b', metadata: { x: 'v "1"' }, storageClass: 'NEARLINE' };
    expect(await putObject(s.http, request, s.context)).toMatchObject({ kind: 'stored' });
    expect(s.query(0)).toMatchObject({ uploadType: 'multipart', name: 'k' });
    const { headers = {}, body = new Uint8Array() } = s.server.requests[0] ?? {};
    const [, boundary] = /^multipart\/related; boundary=(\S+)$/.exec(headers['content-type'] ?? '') ?? [];
    const text = Buffer.from(body).toString('latin1');
    const [before, resource, media, after] = text.split(`--${boundary}`);
    expect([before, after]).toEqual(['', '--\r\n']);
    const [head, value] = (resource ?? '').split('\r\n\r\n');
    expect(head).toBe('\r\ncontent-type: application/json; charset=UTF-8');
    expect(JSON.parse(value ?? '')).toEqual({ contentType: 'a/b', metadata: { x: 'v "1"' }, storageClass: 'NEARLINE' });
    expect(media).toBe(`\r\ncontent-type: a/b\r\n\r\n${Buffer.from(bytes).toString('latin1')}\r\n`);
    expect(headers['content-length']).toBe(String(body.byteLength));
    expect(headers['transfer-encoding']).toBeUndefined();
  });

  it.each([
    [failure(412, 'conditionNotMet'), 'bad_response'],
    [failure(404, 'notFound', 'Not Found'), 'invalid_options'],
    [stored(4), 'bad_response'],
    [json({ generation: '8' }), 'bad_response'],
    [failure(429, 'rateLimitExceeded'), 'unavailable'],
    [failure(409, 'conflict'), 'unavailable'],
  ])('without a condition, answered with %j', async (answer, kind) => {
    s.server.next(answer);
    const error: unknown = await putObject(s.http, { key: 'k', data }, s.context).catch((err: unknown) => err);
    expect(error).toMatchObject({ kind });
    expect(leaksOf(error, { token: TOKEN })).toEqual([]);
  });

  it('is refused, or a broken connection, where the answer comes before its end', async () => {
    s.server.next({ ...failure(412, 'conditionNotMet'), beforeBody: true });
    const large = { key: 'k', data: new Uint8Array(8_000_000), condition: { kind: 'create' } } as const;
    const result = await putObject(s.http, large, s.context).catch((err: unknown) => err);
    expect(['refused', 'unavailable']).toContain((result as { readonly kind: string }).kind);
  });
});
