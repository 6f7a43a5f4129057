import type { WriteCondition } from '@icechunk/storage-core';
import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { context, errorAnswer, scripted } from './scripted.ts';

const data = new TextEncoder().encode('hello');
const create: WriteCondition = { kind: 'create' };
const update: WriteCondition = { kind: 'update', version: { etag: '"old"' } };

describe('put', () => {
  const s3 = scripted();

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (seen 2026-11)
  it('sends bytes and attributes, and gives the version as it came', async () => {
    s3.server.next({ headers: { etag: '"new"' } });
    const attributes = { contentType: 'a/b', metadata: { Icfiletype: 'x' }, storageClass: 'STANDARD_IA' };
    const answer = await s3.client({ requesterPays: true }).put({ key: 'p/a', data, ...attributes }, context);
    expect(answer).toEqual({ kind: 'stored', version: { etag: '"new"' } });
    const [request] = s3.server.requests;
    expect(new TextDecoder().decode(request?.body)).toBe('hello');
    expect(request?.headers).toMatchObject({
      'content-type': 'a/b',
      'content-length': '5',
      'x-amz-meta-icfiletype': 'x',
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-request-payer': 'requester',
    });
    // All that is sent in `x-amz-` headers must be signed.
    const signed = /SignedHeaders=([^,]*)/.exec(request?.headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
    expect(signed).toEqual(
      expect.arrayContaining(['x-amz-meta-icfiletype', 'x-amz-storage-class', 'x-amz-request-payer']),
    );
    expect(Object.keys(request?.headers ?? {}).filter((name) => /checksum|expect|^if-/.test(name))).toEqual([]);
  });

  it('sends an empty object', async () => {
    s3.server.next({ headers: { etag: '"e"' } });
    await s3.client().put({ key: 'p/a', data: new Uint8Array() }, context);
    expect(s3.server.requests[0]?.headers['content-length']).toBe('0');
  });

  it('sends the checksum that is asked for', async () => {
    s3.server.next({ headers: { etag: '"e"' } });
    await s3.client({ checksumAlgorithm: 'CRC32' }).put({ key: 'p/a', data }, context);
    // CRC-32 of "hello" (0x3610a686) in base64.
    expect(s3.server.requests[0]?.headers['x-amz-checksum-crc32']).toBe('NhCmhg==');
  });

  it('sends conditions, the etag without quotes', async () => {
    s3.server.respond(() => ({ headers: { etag: '"e"' } }));
    const client = s3.client();
    await client.put({ key: 'p/a', data, condition: create }, context);
    await client.put({ key: 'p/a', data, condition: update }, context);
    expect(s3.server.requests.map(({ headers }) => [headers['if-none-match'], headers['if-match']])).toEqual([
      ['*', undefined],
      [undefined, 'old'],
    ]);
  });

  it('leaves the version empty where there is no etag', async () => {
    s3.server.next({});
    expect(await s3.client().put({ key: 'p/a', data }, context)).toEqual({ kind: 'stored', version: {} });
  });

  // AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html; R2:
  // https://developers.cloudflare.com/r2/api/s3/conditional-operations/; Tigris: https://www.tigrisdata.com/docs/objects/conditionals/
  // (all seen 2026-11). Ceph 18: 412 without a code for an update of a missing key (seen 2026-11).
  it.each<[store: string, WriteCondition, ScriptedAnswer]>([
    ['AWS: taken', create, errorAnswer(412, 'PreconditionFailed', { Condition: 'If-None-Match' })],
    ['AWS: stale', update, errorAnswer(412, 'PreconditionFailed', { Condition: 'If-Match' })],
    ['AWS: missing', update, errorAnswer(404, 'NoSuchKey', { Key: 'p/a' })],
    ['R2: taken', create, errorAnswer(412, 'PreconditionFailed')],
    ['Tigris: stale', update, errorAnswer(412, 'PreconditionFailed')],
    ['Ceph: missing', update, { status: 412 }],
    ['MinIO until 2024: taken', create, { status: 304 }],
    ['a store without bodies: missing', update, { status: 404 }],
  ])('takes for a refusal: %s', async (_, condition, answer) => {
    s3.server.next(answer);
    expect(await s3.client().put({ key: 'p/a', data, condition }, context)).toEqual({ kind: 'refused' });
  });

  it.each<[store: string, WriteCondition | undefined, ScriptedAnswer, kind: string, retry: string]>([
    ['AWS: a race', create, errorAnswer(409, 'ConditionalRequestConflict'), 'unavailable', 'again'],
    ['Ceph: a race', update, errorAnswer(409, 'ConcurrentModification'), 'unavailable', 'again'],
    ['Ceph: a loser', update, errorAnswer(500, 'UnknownError'), 'unavailable', 'again'],
    ['AWS: no bucket', update, errorAnswer(404, 'NoSuchBucket'), 'invalid_options', 'no'],
    ['no bucket', create, errorAnswer(404, 'NoSuchBucket'), 'invalid_options', 'no'],
    ['a condition that was not sent', undefined, { status: 412 }, 'bad_response', 'no'],
    ['B2: no conditions', create, errorAnswer(501, 'NotImplemented'), 'unsupported', 'no'],
    ['AWS: too fast', undefined, errorAnswer(503, 'SlowDown'), 'unavailable', 'again'],
    ['R2: too fast', create, errorAnswer(429, 'ServiceUnavailable'), 'unavailable', 'again'],
    ['Tigris: gave up', create, { status: 499 }, 'unavailable', 'again'],
    ['a proxy', undefined, { status: 502, body: '<html><body>Bad <br> Gateway' }, 'unavailable', 'again'],
    ['AWS: an error in a 200', undefined, { ...errorAnswer(200, 'InternalError') }, 'unavailable', 'again'],
  ])('does not take for a refusal: %s', async (_, condition, answer, kind, retry) => {
    s3.server.next(answer);
    const put = s3.client().put({ key: 'p/a', data, ...(condition && { condition }) }, context);
    await expect(put).rejects.toMatchObject({ kind, retry });
  });

  it('says which setting leaves out what a store does not offer', async () => {
    s3.server.respond(() => errorAnswer(501, 'NotImplemented'));
    const client = s3.client();
    for (const [condition, setting] of [
      [create, 'unsafeUseConditionalCreate'],
      [update, 'unsafeUseConditionalUpdate'],
    ] as const)
      await expect(client.put({ key: 'p/a', data, condition }, context)).rejects.toThrow(setting);
    await expect(client.put({ key: 'p/a', data, metadata: { a: 'b' } }, context)).rejects.toThrow('unsafeUseMetadata');
  });

  it('does not use a connection again over which it was refused, since MinIO closes it', async () => {
    s3.server.next({ status: 412 }, { headers: { etag: '"e"' } }, { headers: { etag: '"f"' } });
    const client = s3.client();
    await client.put({ key: 'p/a', data, condition: create }, context);
    await client.put({ key: 'p/a', data }, context);
    await client.put({ key: 'p/a', data }, context);
    const [refused, next, last] = s3.server.requests.map(({ connection }) => connection);
    expect(next).not.toBe(refused);
    expect(last).toBe(next);
  });

  it('survives a refusal before a large body was read', async () => {
    s3.server.next({ status: 412, beforeBody: true });
    const large = new Uint8Array(8 * 1024 ** 2);
    const put = s3.client().put({ key: 'p/a', data: large, condition: create }, context);
    // Whether the refusal or the broken connection is seen first is a race.
    const seen = await put.catch((err: { kind: string; retry: string }) => ({ kind: err.kind, retry: err.retry }));
    expect([{ kind: 'refused' }, { kind: 'unavailable', retry: 'again' }]).toContainEqual(seen);
  });
});
