import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import type { WireRequest } from '../src/wire.ts';
import { errorAnswer } from './scripted.ts';
import { targetAt } from './target-at.ts';
import { lasting, outcomeOf, wires } from './wires.ts';

const requests: Readonly<Record<string, WireRequest>> = {
  GET: { method: 'GET', key: 'p/a b', headers: { range: 'bytes=0-4', 'if-match': 'abc' } },
  HEAD: { method: 'HEAD', key: 'p/a b', headers: {} },
  PUT: {
    ...{ method: 'PUT', key: 'p/a b', data: new TextEncoder().encode('hello'), hint: 'leave it out' },
    headers: { 'if-none-match': '*', 'content-type': 'a/b', 'x-amz-meta-one': '1' },
  },
};

const etag = '"9bb58f26192e4ba00f01e2e7b136bbd8"';
const html = { 'content-type': 'text/html' };
const skewed = { date: 'Mon, 23 Nov 2020 05:00:00 GMT' };
const region = { Region: 'eu-west-1', Endpoint: 'b.s3.example.org' };

const answers: Record<string, ScriptedAnswer> = {
  'a success': { headers: { etag, 'x-amz-meta-A': 'b c', 'content-type': 'text/plain' }, body: 'hello' },
  'a success without a body': { headers: { etag, 'content-length': '0' } },
  'a part': { status: 206, headers: { etag, 'content-range': 'bytes 0-4/9' }, body: 'hello' },
  'a chunked body': { headers: { etag, 'transfer-encoding': 'chunked' }, body: 'hello' },
  'a checksum that does not match': { headers: { etag, 'x-amz-checksum-crc32': 'AAAAAA==' }, body: 'hello' },
  'a body that is cut': { headers: { etag }, body: 'hello', cutAfterBytes: 2 },
  'an error in a 200': errorAnswer(200, 'InternalError'),
  'an error in a 200 that asks to slow down': errorAnswer(200, 'SlowDown'),
  'a 204': { status: 204 },
  '301': errorAnswer(301, 'PermanentRedirect', region),
  '301 with a region': { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } },
  '304': { status: 304, headers: { etag } },
  '304 with a checksum': { status: 304, headers: { etag, 'x-amz-checksum-crc32': 'AAAAAA==' } },
  '307': { status: 307, headers: { location: 'http://127.0.0.1:9/' } },
  '400': { status: 400 },
  '400 with a region': { status: 400, headers: { 'x-amz-bucket-region': 'eu-west-1' } },
  '400 ExpiredToken': errorAnswer(400, 'ExpiredToken'),
  '400 AuthorizationHeaderMalformed': errorAnswer(400, 'AuthorizationHeaderMalformed', region),
  '400 XMinioInvalidObjectName': errorAnswer(400, 'XMinioInvalidObjectName'),
  '400 without a code': { status: 400, body: '<Error><Message>no</Message></Error>' },
  '401': errorAnswer(401, 'Unauthorized'),
  '403': { status: 403 },
  '403 AccessDenied': errorAnswer(403, 'AccessDenied'),
  '403 InvalidAccessKeyId': errorAnswer(403, 'InvalidAccessKeyId'),
  '403 InvalidObjectState': errorAnswer(403, 'InvalidObjectState', { StorageClass: 'GLACIER', AccessTier: 'X' }),
  '403 by another clock': errorAnswer(403, 'RequestTimeTooSkewed', { ServerTime: '2020-11-23T05:00:00Z' }, skewed),
  '403 without a word by another clock': { status: 403, headers: skewed },
  '404': { status: 404 },
  '404 NoSuchKey': errorAnswer(404, 'NoSuchKey', { Key: 'p/a b' }),
  '404 NoSuchBucket': errorAnswer(404, 'NoSuchBucket', { BucketName: 'bucket' }),
  "404 in MinIO's header": { status: 404, headers: { 'x-minio-error-code': 'NoSuchBucket' } },
  '409': { status: 409 },
  '409 ConditionalRequestConflict': errorAnswer(409, 'ConditionalRequestConflict'),
  '412': { status: 412 },
  '412 PreconditionFailed': errorAnswer(412, 'PreconditionFailed', { Condition: 'If-Match' }),
  '416': errorAnswer(416, 'InvalidRange', { ActualObjectSize: '3' }),
  '429': { status: 429, headers: { 'retry-after': '3' } },
  '500': errorAnswer(500, 'InternalError'),
  '501': errorAnswer(501, 'NotImplemented', { Header: 'If-None-Match' }),
  '503': errorAnswer(503, 'SlowDown', {}, { 'retry-after': '7' }),
  '503 in HTML': { status: 503, headers: html, body: '<html><body>Busy<br></body></html>' },
  '502 in plain text': { status: 502, headers: { 'content-type': 'text/plain' }, body: 'bad gateway' },
  'a broken document': { status: 400, body: '<Error><Code>ExpiredToken</Co' },
  'a document in another': {
    status: 403,
    body: '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>',
  },
  'a document without a root of its own': { status: 403, body: '<Code>AccessDenied</Code>' },
  'a document with escapes': errorAnswer(403, 'AccessDenied', { Message: '&lt;&amp;&#233;&gt;' }),
  'a document with an empty code': errorAnswer(403, ''),
  'a document with two codes': { status: 403, body: '<Error><Code>A</Code><Code>B</Code></Error>' },
  'a chunked document': errorAnswer(503, 'SlowDown', {}, { 'transfer-encoding': 'chunked' }),
  'a document of 60 KiB': errorAnswer(503, 'SlowDown', { Padding: 'x'.repeat(60 * 1024) }),
  'a reset': { resetBeforeAnswer: true },
};

describe.each(Object.keys(requests))('past the SDK as through it, a %s', (method) => {
  it.each(Object.keys(answers))('is answered with %s', async (what) => {
    const [sdk, direct] = await Promise.all(wires.map(([, wireOf]) => story(wireOf, method, what)));
    expect(direct).toEqual(sdk);
  });
});

it('differs in the cause alone where a document is cut, of which nothing is kept', async () => {
  answers['cut'] = { ...errorAnswer(503, 'SlowDown'), cutAfterBytes: 20 };
  const [sdk, direct] = await Promise.all(wires.map(([, wireOf]) => story(wireOf, 'GET', 'cut')));
  expect(sdk).toMatchObject({ first: { kind: 'unavailable', status: 503, cause: ['Error', 'ECONNRESET', 'aborted'] } });
  expect(direct).toEqual({ ...sdk, first: { ...sdk?.first, cause: ['Unknown', null, 'UnknownError'] } });
});

it('reads an object of which the SDK cannot read a header', async () => {
  answers['odd'] = { headers: { etag, 'last-modified': 'yesterday' }, body: 'hello' };
  const [sdk, direct] = await Promise.all(wires.map(([, wireOf]) => story(wireOf, 'GET', 'odd')));
  expect(sdk).toMatchObject({ first: { kind: 'bad_response', status: 200 } });
  expect(direct).toMatchObject({ first: { status: 200, body: 'hello' } });
});

interface Story {
  readonly first: object;
}

/** What comes of one answer, and of a request after it over the connection that is left. */
async function story(wireOf: (typeof wires)[number][1], method: string, what: string): Promise<Story> {
  const server = await startScriptedServer();
  const target = targetAt({ url: server.url, bucket: 'bucket' });
  try {
    const wire = wireOf(target);
    const request = requests[method] as WireRequest;
    server.next(answers[what] as ScriptedAnswer);
    const first = await outcomeOf(wire, request);
    server.next({ headers: { etag }, body: 'x' });
    const next = await outcomeOf(wire, { method: 'GET', key: 'next', headers: {} });
    const offset = Math.round(target.sdk.config.systemClockOffset / 3_600_000);
    const asked = server.requests.map(({ path, headers, body, connection }) => {
      const day = headers['x-amz-date']?.slice(0, 8);
      return { path, headers: lasting({ ...headers, host: '' }), body: Buffer.from(body).toString(), connection, day };
    });
    return JSON.parse(JSON.stringify({ first, next, offset, asked }).replaceAll(String(server.port), 'PORT'));
  } finally {
    target.sdk.destroy();
    await server.close();
  }
}
