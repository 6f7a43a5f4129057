import { describeWithServer } from '@icechunk-tooling/servers';
import { beforeAll, expect, it } from 'vitest';
import { DirectWire } from '../src/direct-wire.ts';
import type { AnyOptions } from '../src/options.ts';
import { s3Target } from '../src/s3.ts';
import type { S3Target } from '../src/target.ts';
import type { S3Wire, WireRequest } from '../src/wire.ts';
import { type HandedRequest, outcomeOf, wires } from './wires.ts';

describeWithServer('minio', 'signed past the SDK, on MinIO', (minio) => {
  let bucket = '';
  beforeAll(async () => {
    bucket = await minio.createBucket();
  });

  function target(more: AnyOptions = {}): S3Target {
    const { url: endpointUrl, accessKeyId, secretAccessKey, region } = minio;
    return s3Target({ bucket, endpointUrl, accessKeyId, secretAccessKey, region, allowHttp: true, ...more });
  }

  async function put(wire: S3Wire, key: string, text: string): Promise<unknown> {
    const headers = { 'content-type': 'text/plain', 'x-amz-meta-a': ' two  words ' };
    return await outcomeOf(wire, { method: 'PUT', key, headers, data: new TextEncoder().encode(text) });
  }

  it.each([
    ...['a b', 'a+b', 'a%20b', 'a%2Fb', '%', "!'()*", '~-._', 'é/日本/😀', '&=?#;:@,$', '<>"{}|^`[]', ' ', 'x/.hidden'],
  ])('finds what it has put at %j, as the SDK does', async (key) => {
    for (const signPayload of [true, false]) {
      const text = `${key} ${signPayload}`;
      const wire = new DirectWire(target({ signPayload }));
      expect(await put(wire, key, text)).toMatchObject({ status: 200 });
      for (const [, wireOf] of wires) {
        const got = await outcomeOf(wireOf(target()), { method: 'GET', key, headers: { range: 'bytes=0-999' } });
        expect(got).toMatchObject({ status: 206, body: text, headers: { 'x-amz-meta-a': 'two  words' } });
        expect(await outcomeOf(wireOf(target()), { method: 'HEAD', key, headers: {} })).toMatchObject({ status: 200 });
      }
    }
  });

  it.each(['a/../b', '../a', 'a/./b', 'a//b', '//a', 'a/', '/a'])('asks for %j as the SDK does', async (key) => {
    const request: WireRequest = { method: 'GET', key, headers: {} };
    const [sdk, direct] = await Promise.all(wires.map(([, wireOf]) => outcomeOf(wireOf(target()), request)));
    expect(sdk).not.toMatchObject({ providerCode: 'SignatureDoesNotMatch' });
    expect(ofAny(direct)).toEqual(ofAny(sdk));
  });

  it.each<[what: string, change: (request: HandedRequest) => HandedRequest, code: string]>([
    ['path', (request) => ({ ...request, path: `${request.path}2` }), 'SignatureDoesNotMatch'],
    ['query', (request) => ({ ...request, query: { 'x-id': 'Other' } }), 'SignatureDoesNotMatch'],
    ['header', (request) => withHeader(request, 'x-amz-meta-a', 'other'), 'SignatureDoesNotMatch'],
    ['method', (request) => ({ ...request, method: 'DELETE' }), 'SignatureDoesNotMatch'],
    ['body', (request) => ({ ...request, body: new TextEncoder().encode('other') }), 'XAmzContentSHA256Mismatch'],
  ])('is refused with another %s', async (_, change, code) => {
    const signed = target({ signPayload: true });
    const handler = signed.sdk.config.requestHandler as unknown as Handler;
    const handle = handler.handle.bind(handler);
    expect(await put(new DirectWire(signed), 'changed', 'right')).toMatchObject({ status: 200 });
    handler.handle = (request, options) => handle(change(request), options);
    expect(await put(new DirectWire(signed), 'changed', 'right')).toMatchObject({ providerCode: code });
  });
});

interface Handler {
  handle(request: HandedRequest, options: object): Promise<unknown>;
}

function withHeader(request: HandedRequest, name: string, value: string): HandedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

/** An outcome without the number that MinIO gives to each request, and the words that tell it. */
function ofAny(outcome: unknown): unknown {
  const { headers: _, ...rest } = outcome as { readonly headers?: object };
  return rest;
}
