import { gzipSync } from 'node:zlib';
import type { GetAnswer } from '@icechunk/storage-core';
import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { getObject, headObject } from '../src/get.ts';
import { failure, json, scripted } from './scripted.ts';

const s = scripted();

/** As Google answers a download: https://cloud.google.com/storage/docs/json_api/v1/objects/get (seen 2026-11). */
function media(body: string | Uint8Array, headers: Record<string, string> = {}, status = 200): ScriptedAnswer {
  const sizeBytes = Buffer.from(body as string).byteLength;
  const stored = { 'x-goog-generation': '7', etag: 'CI=', 'x-goog-stored-content-length': String(sizeBytes) };
  return { status, headers: { ...stored, 'x-goog-stored-content-encoding': 'identity', ...headers }, body };
}

async function bytesOf(answer: GetAnswer): Promise<Buffer> {
  if (answer.kind !== 'found') throw new Error(`the answer is ${answer.kind}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a get', () => {
  it('gives bytes, version, size, time, type and metadata of one answer', async () => {
    const headers = {
      'content-type': 'a/b',
      'last-modified': 'Tue, 03 Nov 2026 10:00:00 GMT',
      'x-goog-meta-Some': 'v=1',
    };
    s.server.next(media('hello', headers));
    const answer = await getObject(s.http, { key: 'a%20b/c' }, s.context);
    expect(answer).toMatchObject({
      kind: 'found',
      version: { generation: '7', etag: 'CI=' },
      sizeBytes: 5,
      range: { start: 0, end: 5 },
      lastModified: new Date('2026-11-03T10:00:00Z'),
      contentType: 'a/b',
      metadata: { some: 'v=1' },
    });
    expect(String(await bytesOf(answer))).toBe('hello');
    expect(s.lines()).toEqual(['GET /storage/v1/b/b-1/o/a%2520b%2Fc']);
    expect(s.query(0)).toEqual({ alt: 'media' });
  });

  // https://cloud.google.com/storage/docs/caching and googleapis/nodejs-storage#643 (seen 2026-11).
  it('is not of what a cache of Google holds of a public object', async () => {
    const old = media('old', { 'x-goog-generation': '6', 'cache-control': 'public, max-age=3600', age: '1551' });
    s.server.respond(({ headers }) => (headers['cache-control'] === 'no-store' ? media('new') : old));
    for (const request of [
      {},
      { range: { start: 0, end: 3 } },
      { ifVersion: { generation: '7' } },
      { ifNotVersion: { generation: '6' } },
    ])
      expect(await getObject(s.http, { key: 'k', ...request }, s.context)).toMatchObject({
        version: { generation: '7' },
      });
  });

  it('says nothing of metadata where the answer does not', async () => {
    s.server.next(media('hello'));
    expect(await getObject(s.http, { key: 'k' }, s.context)).not.toHaveProperty('metadata');
  });

  it('asks for a range, and takes what the answer says it is', async () => {
    s.server.next(
      media('ell', { 'content-range': 'bytes 1-3/5', 'x-goog-stored-content-length': '5' }, 206),
      media('hello'),
    );
    const asked = { key: 'k', range: { start: 1, end: 4 } };
    expect(await getObject(s.http, asked, s.context)).toMatchObject({ sizeBytes: 5, range: { start: 1, end: 4 } });
    expect(await getObject(s.http, asked, s.context)).toMatchObject({ sizeBytes: 5, range: { start: 0, end: 5 } });
    expect(s.server.requests[0]?.headers['range']).toBe('bytes=1-3');
  });

  // https://cloud.google.com/storage/docs/request-preconditions (seen 2026-11): 304 and 412.
  it('has its condition as a generation', async () => {
    s.server.next({ status: 304 }, failure(412, 'conditionNotMet'), media('x'));
    const version = { generation: '7', etag: 'CI=' };
    expect(await getObject(s.http, { key: 'k', ifNotVersion: version }, s.context)).toEqual({ kind: 'not_modified' });
    expect(await getObject(s.http, { key: 'k', ifVersion: version }, s.context)).toEqual({ kind: 'changed' });
    expect(await getObject(s.http, { key: 'k', ifNotVersion: version }, s.context)).toMatchObject({ kind: 'found' });
    expect(s.query(0)).toEqual({ alt: 'media', ifGenerationNotMatch: '7' });
    expect(s.query(1)).toEqual({ alt: 'media', ifGenerationMatch: '7' });
  });

  it('is of no version that no object has, and asks plainly where such a one is not to be told again', async () => {
    const elsewhere = { etag: '"from-elsewhere"' };
    expect(await getObject(s.http, { key: 'k', ifVersion: elsewhere }, s.context)).toEqual({ kind: 'changed' });
    expect(s.server.requests).toHaveLength(0);
    s.server.next(media('x'));
    expect(await getObject(s.http, { key: 'k', ifNotVersion: elsewhere }, s.context)).toMatchObject({ kind: 'found' });
    expect(s.query(0)).toEqual({ alt: 'media' });
  });

  it.each([304, 412])('takes no %i that answers no condition', async (status) => {
    s.server.next({ status });
    await expect(getObject(s.http, { key: 'k' }, s.context)).rejects.toMatchObject({ kind: 'bad_response', status });
  });

  // https://cloud.google.com/storage/docs/transcoding (seen 2026-11).
  it('gives the packed bytes of an object that is stored packed, as they are', async () => {
    const packed = gzipSync('hello hello hello');
    s.server.next(media(packed, { 'content-encoding': 'gzip', 'x-goog-stored-content-encoding': 'gzip' }));
    const answer = await getObject(s.http, { key: 'k' }, s.context);
    expect(answer).toMatchObject({ sizeBytes: packed.byteLength });
    expect(await bytesOf(answer)).toEqual(packed);
    expect(s.server.requests[0]?.headers['accept-encoding']).toBe('gzip');
  });

  // Longer than what is read ahead: only who gives it up ends its connection.
  const long = 'hello'.repeat(1_000_000);

  it.each<[string, Record<string, string>, number]>([
    [
      'unpacked by the provider',
      { 'x-goog-stored-content-length': '3', 'x-goog-stored-content-encoding': 'gzip' },
      200,
    ],
    ['packed by a proxy', { 'content-encoding': 'gzip' }, 200],
    ['a part of another whole', { 'content-range': 'bytes 0-4/9', 'x-goog-stored-content-length': '5' }, 206],
    ['a part that it does not name', {}, 206],
    ['more than their range', { 'content-range': 'bytes 0-4/9', 'x-goog-stored-content-length': '9' }, 206],
  ])('takes no bytes that are %s', async (_, headers, status) => {
    s.server.next(media(long, headers, status));
    await expect(getObject(s.http, { key: 'k' }, s.context)).rejects.toMatchObject({ kind: 'bad_response' });
    await s.server.connections[0]?.closed;
  });

  it('takes no bytes without a generation: an etag alone could never be asked for again', async () => {
    s.server.next({ headers: { etag: 'CI=' }, body: long });
    await expect(getObject(s.http, { key: 'k' }, s.context)).rejects.toMatchObject({ kind: 'bad_response' });
    await s.server.connections[0]?.closed;
  });

  it('takes no bytes without a length', async () => {
    s.server.next({ headers: { 'transfer-encoding': 'chunked', 'x-goog-generation': '7' }, body: 'hello' });
    await expect(getObject(s.http, { key: 'k' }, s.context)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('fails while it is read where the connection breaks', async () => {
    s.server.next({ ...media('hello hello'), cutAfterBytes: 4 });
    const answer = await getObject(s.http, { key: 'k' }, s.context);
    await expect(bytesOf(answer)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it.each([
    [failure(404, 'notFound', 'No such object: b-1/k'), 'not_found'],
    [failure(404, 'notFound', 'The specified bucket does not exist.'), 'invalid_options'],
    [{ status: 416, body: '<Error><Code>InvalidRange</Code></Error>' }, 'invalid_range'],
  ])('is %j', async (answer, kind) => {
    s.server.next(answer);
    await expect(getObject(s.http, { key: 'k' }, s.context)).rejects.toMatchObject({ kind });
  });
});

describe('a head', () => {
  it('is the resource, with the names of metadata in lower case', async () => {
    const resource = {
      generation: '7',
      etag: 'CI=',
      size: '5',
      updated: '2026-11-03T10:00:00.123Z',
      contentType: 'a/b',
    };
    s.server.next(json({ ...resource, metadata: { Some: 'V' } }), json({ generation: '8', size: '0' }));
    expect(await headObject(s.http, 'k', s.context)).toEqual({
      version: { generation: '7', etag: 'CI=' },
      sizeBytes: 5,
      lastModified: new Date('2026-11-03T10:00:00.123Z'),
      contentType: 'a/b',
      metadata: { some: 'V' },
    });
    expect(s.query(0)).toEqual({ fields: 'generation,etag,size,updated,contentType,metadata' });
    expect(await headObject(s.http, 'k', s.context)).toEqual({
      version: { generation: '8' },
      sizeBytes: 0,
      metadata: {},
    });
  });

  it('has a generation', async () => {
    s.server.next(json({ etag: 'CI=', size: '5' }));
    await expect(headObject(s.http, 'k', s.context)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('is missing where the object is', async () => {
    s.server.next(failure(404, 'notFound', 'No such object: b-1/k'));
    await expect(headObject(s.http, 'k', s.context)).rejects.toMatchObject({ kind: 'not_found' });
  });
});
