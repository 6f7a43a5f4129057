import { type ScriptedAnswer, startScriptedServer } from '@icechunk-tooling/servers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureError } from './scripted.ts';
import { outcomeOf, targetAt, type WireRequest, wires } from './wires.ts';

const etag = '"0x8D1"';
const data = new TextEncoder().encode('hello');

const requests: Readonly<Record<string, readonly WireRequest[]>> = {
  GET: [{ key: 'p/a b', range: { start: 2, end: 7 }, conditions: { ifMatch: etag, ifNoneMatch: '"x"' } }],
  HEAD: [{ key: 'p/a b', conditions: { ifMatch: etag } }],
  PUT: [
    {
      ...{ key: 'p/a b', data, conditions: { ifNoneMatch: '*' } },
      attributes: { blobHTTPHeaders: { blobContentType: 'a/b' }, metadata: { One: '1 2', two: '' }, tier: 'Cool' },
    },
  ],
};

const xml = { 'content-type': 'application/xml' };
const html = { 'content-type': 'text/html' };
const page = '<html><body>Busy<br></body></html>';
const facts = { etag, 'last-modified': 'Mon, 23 Nov 2026 01:02:03 GMT', 'content-type': 'text/plain' };

function document(inner: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><Error>${inner}</Error>`;
}

const answers: Readonly<Record<string, ScriptedAnswer>> = {
  'all that it may say': {
    headers: { ...facts, 'x-ms-meta-One': 'b c', 'x-ms-meta-hdi_isfolder': 'true' },
    body: 'hello',
  },
  little: { headers: { etag, 'content-length': '0' } },
  'a written blob': { status: 201, headers: { ...facts, 'x-ms-request-server-encrypted': 'true' } },
  'no etag': { status: 201 },
  'no etag and a body': { headers: { 'last-modified': facts['last-modified'] }, body: 'hello' },
  'no length': { headers: { etag, 'transfer-encoding': 'chunked' }, body: 'hello' },
  'a date that is none': { headers: { etag, 'last-modified': '', 'content-length': '5' }, body: 'hello' },
  'a value that is empty': { headers: { etag, 'x-ms-meta-a': '', 'content-type': '' }, body: 'hello' },
  'metadata by names that every object has': {
    headers: { etag, 'x-ms-meta-__proto__': 'a', 'x-ms-meta-constructor': 'b' },
    body: 'hello',
  },
  'a part': { status: 206, headers: { etag, 'content-range': 'bytes 2-6/9' }, body: 'hello' },
  'a part of nothing': { status: 206, headers: { etag, 'content-range': 'bytes 0--1/0', 'content-length': '0' } },
  'a body that is cut': { headers: { etag }, body: 'hello', cutAfterBytes: 2 },
  'a 204': { status: 204, headers: { etag } },
  'a 202 with words': { status: 202, headers: { ...xml, etag }, body: document('<Code>A</Code><Message>m</Message>') },
  '301': { status: 301, headers: { location: '/elsewhere' } },
  '304': { status: 304, headers: { etag } },
  '304 with a code': { status: 304, headers: { 'x-ms-error-code': 'ConditionNotMet' } },
  '307': { status: 307, headers: { location: '/elsewhere' } },
  '400': { status: 400 },
  '400 InvalidHeaderValue': {
    ...{ status: 400, headers: { ...xml, 'x-ms-error-code': 'InvalidHeaderValue' } },
    body: document(
      '<Code>InvalidHeaderValue</Code><Message>no\nRequestId:1</Message><HeaderName>x-ms-version</HeaderName>',
    ),
  },
  '401 InvalidAuthenticationInfo': azureError(401, 'InvalidAuthenticationInfo', { 'www-authenticate': 'Bearer x=y' }),
  '403': { status: 403 },
  '403 AuthenticationFailed': azureError(403, 'AuthenticationFailed'),
  '403 AuthorizationFailure': azureError(403, 'AuthorizationFailure'),
  "403 as Azurite's to a wrong key": {
    ...{ status: 403, headers: { ...xml, 'x-ms-error-code': 'AuthorizationFailure' } },
    body: document('<Code>AuthorizationFailure</Code><Message>Server failed to authenticate the request.\nx</Message>'),
  },
  '404': { status: 404 },
  '404 BlobNotFound': azureError(404, 'BlobNotFound'),
  '404 ContainerNotFound': azureError(404, 'ContainerNotFound'),
  '404 in HTML': { status: 404, headers: html, body: page },
  '404 in HTML without a type': { status: 404, body: page },
  '409': { status: 409 },
  '409 BlobAlreadyExists': azureError(409, 'BlobAlreadyExists'),
  '409 LeaseIdMissing': azureError(409, 'LeaseIdMissing'),
  '409 BlobArchived': azureError(409, 'BlobArchived'),
  '412': { status: 412 },
  '412 ConditionNotMet': azureError(412, 'ConditionNotMet'),
  '412 LeaseIdMissing': azureError(412, 'LeaseIdMissing'),
  '416 InvalidRange': azureError(416, 'InvalidRange'),
  '429': { status: 429, headers: { 'retry-after': '3' } },
  '500 OperationTimedOut': azureError(500, 'OperationTimedOut'),
  '503 ServerBusy': azureError(503, 'ServerBusy', { 'retry-after': '7' }),
  '502 in HTML': { status: 502, headers: html, body: page },
  '502 in plain text': { status: 502, headers: { 'content-type': 'text/plain' }, body: 'bad gateway' },
  'a code in the body alone': { status: 409, headers: xml, body: document('<Code>BlobAlreadyExists</Code>') },
  'two codes': { status: 409, headers: xml, body: document('<Code>A</Code><Code>B</Code><Message>m</Message>') },
  'an empty code': { status: 409, headers: xml, body: document('<Code></Code><Message></Message>') },
  'a code with an attribute': {
    status: 409,
    headers: xml,
    body: document('<Code a="b">A</Code><Message c="d">m</Message>'),
  },
  escapes: { status: 403, headers: xml, body: document('<Code>A</Code><Message>&lt;&amp;&#233;&gt;</Message>') },
  'a document of text': { status: 403, headers: xml, body: document('words') },
  'an empty document': { status: 403, headers: xml, body: '<Error/>' },
  'a broken document': { status: 403, headers: xml, body: '<Error><Code>A</Co' },
  'a broken document with a code': {
    status: 412,
    headers: { ...xml, 'x-ms-error-code': 'ConditionNotMet' },
    body: '<E',
  },
  'a document that is cut': { ...azureError(503, 'ServerBusy'), cutAfterBytes: 60 },
  'a document in chunks': azureError(503, 'ServerBusy', { 'transfer-encoding': 'chunked' }),
  JSON: { status: 403, headers: { 'content-type': 'application/json' }, body: '{"error":{"code":"A","message":"m"}}' },
  'JSON of another form': {
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: '{"Code":"A","Message":"m"}',
  },
  'JSON of a gateway': {
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: '{"statusCode":401,"code":"A","message":"m"}',
  },
  'JSON with both spellings': {
    status: 403,
    headers: { 'content-type': 'application/json' },
    body: '{"code":"a","message":"m","Code":"A","Message":"M"}',
  },
  'XML in lower case': { status: 403, headers: xml, body: document('<code>A</code><message>m</message>') },
  'JSON that is none': { status: 403, headers: { 'content-type': 'application/json' }, body: 'null' },
  'a reset': { resetBeforeAnswer: true },
};

describe.each(Object.keys(requests))('past the generated client as through it, a %s', (method) => {
  it.each(Object.keys(answers))('is answered with: %s', async (what) => {
    const [sdk, direct] = await Promise.all(wires.map(([, wireOf]) => story(wireOf, method, what)));
    expect(direct).toEqual(sdk);
  });
});

/** What comes of one answer, and of a request after it over the connection that is left. */
async function story(wireOf: (typeof wires)[number][1], method: string, what: string): Promise<object> {
  const server = await startScriptedServer();
  const target = targetAt(server.url);
  try {
    const wire = wireOf(target);
    server.next(answers[what] as ScriptedAnswer);
    const first = await outcomeOf(wire, method, requests[method]?.[0] as WireRequest);
    server.next({ headers: { etag }, body: 'x' });
    const next = await outcomeOf(wire, 'GET', { key: 'next', conditions: {} });
    const asked = server.requests.map(({ path, headers, body, connection }) => {
      return { path, headers: lasting(headers), body: Buffer.from(body).toString(), connection };
    });
    return JSON.parse(JSON.stringify({ first, next, asked }).replaceAll(String(server.port), 'PORT'));
  } finally {
    await target.close();
    await server.close();
  }
}

/** Headers but for what is of one request: its number, its date, and the signature over them. */
function lasting({ 'x-ms-client-request-id': id, 'x-ms-date': date, authorization, ...headers }: Headers): object {
  return { ...headers, id: id?.length, date: date?.length, signed: authorization?.replace(/:[^:]{44}$/, '') };
}

type Headers = Readonly<Record<string, string | undefined>>;

it('sends any key to the address that the SDK sends it to', async () => {
  const server = await startScriptedServer();
  server.respond(() => ({ headers: { etag }, body: '' }));
  const target = targetAt(server.url);
  const parts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('%2F', '%', '%2E', '...', "'", '+', ' ', '?', '#', '\\', '!*()~', ':', '@', 'é', '//'),
  );
  const keys = fc.array(parts, { minLength: 1, maxLength: 4 }).map((some) => `p/${some.join('/')}`);
  // No key has one: in an address it would lead elsewhere.
  const hasDots = (key: string): boolean => key.split('/').some((part) => part === '.' || part === '..');
  await fc.assert(
    fc.asyncProperty(
      keys.filter((key) => !hasDots(key)),
      async (key) => {
        const before = server.requests.length;
        for (const [, wireOf] of wires) await outcomeOf(wireOf(target), 'HEAD', { key, conditions: {} });
        const [sdk, direct] = server.requests.slice(before).map(({ path }) => path);
        expect(sdk).toMatch(/^\/grids\/p\//);
        expect(direct).toBe(sdk);
      },
    ),
    { numRuns: 300 },
  );
  await target.close();
  await server.close();
});
