import { expect, it } from 'vitest';
import { sourceHead } from '../src/source-head.ts';
import type { S3Wire, WireRequest } from '../src/wire.ts';
import { context } from './scripted.ts';

function wireOf(headers: Readonly<Record<string, string>>): S3Wire & { readonly asked: WireRequest[] } {
  const asked: WireRequest[] = [];
  const send: S3Wire['send'] = async (request) => {
    asked.push(request);
    return { status: 200, headers };
  };
  return { asked, send };
}

it('gives what S3 keeps beside the bytes, and nothing that belongs to the answer', async () => {
  const wire = wireOf({
    ...{
      etag: '"v"',
      'content-length': '7',
      date: 'Mon, 23 Nov 2026 05:00:00 GMT',
      server: 'x',
      'x-amz-meta-one': '1',
    },
    ...{ 'cache-control': 'no-store', 'content-disposition': 'inline', 'content-encoding': 'zstd' },
    ...{ 'content-language': 'de', 'content-type': 'a/b', 'x-amz-website-redirect-location': '/there' },
  });
  expect(await sourceHead(wire, 'p/a', context)).toEqual({
    version: { etag: '"v"' },
    sizeBytes: 7,
    attributes: {
      ...{ CacheControl: 'no-store', ContentDisposition: 'inline', ContentEncoding: 'zstd', ContentLanguage: 'de' },
      ...{ ContentType: 'a/b', WebsiteRedirectLocation: '/there', Metadata: { one: '1' } },
    },
  });
  expect(wire.asked).toEqual([{ method: 'HEAD', key: 'p/a', headers: {} }]);
});

it.each([
  ['a version', { 'content-length': '7' }],
  ['a length', { etag: '"v"' }],
])('refuses an answer without %s', async (_, headers) => {
  await expect(sourceHead(wireOf(headers), 'p/a', context)).rejects.toMatchObject({ kind: 'bad_response' });
});
