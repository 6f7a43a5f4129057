import type { ListPageRequest } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import type { S3StorageClient } from '../src/client.ts';
import { context, errorAnswer, scripted } from './scripted.ts';

describe('listing', () => {
  const s3 = scripted();

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (seen 2026-11)
  it('asks for a page with keys that XML can carry, and gives them decoded', async () => {
    s3.server.next({
      body: page({ keys: ['p/a+b', 'p/a%2Bb%25', 'p/%C3%A9%EF%BF%BE'], encoding: 'url', next: 'T/1=' }),
    });
    const answer = await ask(s3.client({ requesterPays: true }), { keyPrefix: 'p/', pageToken: 'T/0=', maxKeys: 3 });
    expect(answer).toEqual({
      objects: ['p/a b', 'p/a+b%', 'p/é\ufffe'].map((key) => ({
        key,
        sizeBytes: 434234,
        createdAt: new Date('2026-10-12T17:50:30Z'),
      })),
      nextPageToken: 'T/1=',
    });
    const [request] = s3.server.requests;
    const query = new URL(request?.path ?? '', s3.server.url).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      'list-type': '2',
      'encoding-type': 'url',
      prefix: 'p/',
      'continuation-token': 'T/0=',
      'max-keys': '3',
    });
    expect(request?.headers['x-amz-request-payer']).toBe('requester');
  });

  it('takes keys as they are where a server ignores the encoding', async () => {
    s3.server.next({ body: page({ keys: ['p/a+b%2B', 'p/ &lt;x&gt; '] }) });
    const { objects } = await ask(s3.client());
    expect(objects.map(({ key }) => key)).toEqual(['p/a+b%2B', 'p/ <x> ']);
  });

  it('gives an empty page, and pages without an end of objects', async () => {
    s3.server.next({ body: page({ keys: [] }) }, { body: page({ keys: [], next: 'T' }) });
    const client = s3.client();
    expect(await ask(client)).toEqual({ objects: [] });
    expect(await ask(client)).toEqual({ objects: [], nextPageToken: 'T' });
  });

  it.each([
    ['a page of HTML', '<html><body>Sign in</body></html>'],
    ['nothing', ''],
    ['more without a token', page({ keys: ['p/a'] }).replace('>false<', '>true<')],
    ['an object without a key', page({ keys: ['p/a'] }).replace('<Key>p/a</Key>', '')],
    ['an object without a size', page({ keys: ['p/a'] }).replace('<Size>434234</Size>', '')],
    ['an object of a size that is no number', page({ keys: ['p/a'] }).replace('>434234<', '>much<')],
    ['an object of a negative size', page({ keys: ['p/a'] }).replace('>434234<', '>-1<')],
    ['an object without a time', page({ keys: ['p/a'] }).replace(/<LastModified>.*<\/LastModified>/, '')],
    ['a key that is no UTF-8', page({ keys: ['p/%FF'], encoding: 'url' })],
  ])('refuses %s, which is no listing', async (_, body) => {
    s3.server.next({ status: 200, body });
    await expect(ask(s3.client())).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('fails where the page is cut off', async () => {
    s3.server.next({ body: page({ keys: ['p/a', 'p/b'] }), cutAfterBytes: 300 });
    await expect(ask(s3.client())).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it('fails with what the store says', async () => {
    s3.server.next(
      errorAnswer(403, 'AccessDenied'),
      errorAnswer(404, 'NoSuchBucket'),
      errorAnswer(200, 'InternalError'),
    );
    const client = s3.client();
    await expect(ask(client)).rejects.toMatchObject({ kind: 'permission_denied' });
    await expect(ask(client)).rejects.toMatchObject({ kind: 'invalid_options' });
    await expect(ask(client)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });
});

function ask(client: S3StorageClient, request: ListPageRequest = { keyPrefix: 'p/' }): Promise<Page> {
  if (client.listing.kind !== 'pages') throw new Error('expected a listing of pages');
  return client.listing.page(request, context);
}

type Page = Awaited<ReturnType<Extract<S3StorageClient['listing'], { kind: 'pages' }>['page']>>;

function page(content: {
  readonly keys: readonly string[];
  readonly encoding?: string;
  readonly next?: string;
}): string {
  const { keys, encoding, next } = content;
  const objects = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>2026-10-12T17:50:30.000Z</LastModified>` +
      '<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>434234</Size></Contents>',
  );
  return (
    '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>' +
    `<KeyCount>${keys.length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>${next !== undefined}</IsTruncated>` +
    `${encoding ? `<EncodingType>${encoding}</EncodingType>` : ''}${objects.join('')}` +
    `${next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`}</ListBucketResult>`
  );
}
