import { describe, expect, it } from 'vitest';
import { context, errorAnswer, scripted } from './scripted.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
function result(inner: string): { readonly body: string } {
  return { body: `<?xml version="1.0" encoding="UTF-8"?><DeleteResult>${inner}</DeleteResult>` };
}

const deleted = (key: string): string => `<Deleted><Key>${key}</Key></Deleted>`;
const failed = (key: string, code: string): string =>
  `<Error><Key>${key}</Key><Code>${code}</Code><Message>said of ${code}</Message></Error>`;

describe('delete', () => {
  const s3 = scripted();

  it('names the keys, and asks for an answer that names them', async () => {
    s3.server.next(result(deleted('p/a&amp;b') + deleted('p/ c ')));
    expect(await s3.client({ requesterPays: true }).delete(['p/a&b', 'p/ c '], context)).toEqual([
      { key: 'p/a&b' },
      { key: 'p/ c ' },
    ]);
    const [request] = s3.server.requests;
    const body = new TextDecoder().decode(request?.body);
    expect(request).toMatchObject({ method: 'POST', path: '/bucket/?delete=' });
    expect(body).toContain('<Object><Key>p/a&amp;b</Key></Object><Object><Key>p/ c </Key></Object>');
    expect(body).toContain('<Quiet>false</Quiet>');
    expect(request?.headers['x-amz-request-payer']).toBe('requester');
  });

  it('gives each key its own failure', async () => {
    const answer =
      deleted('p/a') + failed('p/b', 'AccessDenied') + failed('p/c', 'SlowDown') + failed('p/d', 'NoSuchKey');
    s3.server.next(result(answer));
    const outcomes = await s3.client().delete(['p/a', 'p/b', 'p/c', 'p/d', 'p/e'], context);
    expect(Object.fromEntries(outcomes.map(({ key, error }) => [key, error]))).toEqual({
      'p/a': undefined,
      'p/b': expect.objectContaining({ kind: 'permission_denied', retry: 'no', providerCode: 'AccessDenied' }),
      'p/c': expect.objectContaining({ kind: 'unavailable', retry: 'again', providerCode: 'SlowDown' }),
      'p/d': undefined,
    });
  });

  it('confirms nothing where the answer is none', async () => {
    s3.server.next({ body: '<html><body>Sign in</body></html>' });
    expect(await s3.client().delete(['p/a'], context)).toEqual([]);
  });

  it('deletes one by one what XML cannot carry', async () => {
    s3.server.respond(({ method }) => (method === 'DELETE' ? { status: 204 } : result(deleted('p/a'))));
    const keys = ['p/a', 'p/\ufffe', 'p/\uffff'];
    const outcomes = await s3.client({ requesterPays: true }).delete(keys, context);
    expect(outcomes).toEqual(keys.map((key) => ({ key })));
    const single = s3.server.requests.filter(({ method }) => method === 'DELETE');
    expect(single.map(({ path }) => path.split('?')[0]).toSorted()).toEqual([
      '/bucket/p/%EF%BF%BE',
      '/bucket/p/%EF%BF%BF',
    ]);
    expect(single.map(({ headers }) => headers['x-amz-request-payer'])).toEqual(['requester', 'requester']);
  });

  it('gives a key that is deleted alone its own failure', async () => {
    s3.server.next(errorAnswer(403, 'AccessDenied'));
    const [outcome] = await s3.client().delete(['p/\ufffe'], context);
    expect(outcome).toEqual({ key: 'p/\ufffe', error: expect.objectContaining({ kind: 'permission_denied' }) });
  });

  it('sends Content-MD5 only where it is asked for', async () => {
    s3.server.respond(() => result(deleted('p/a')));
    await s3.client().delete(['p/a'], context);
    await s3.client({ contentMd5OnDelete: true }).delete(['p/a'], context);
    const [plain, old] = s3.server.requests.map(({ headers }) => headers);
    expect([plain?.['content-md5'], plain?.['x-amz-checksum-crc32']]).toEqual([undefined, expect.any(String)]);
    expect([old?.['content-md5'], old?.['x-amz-checksum-crc32']]).toEqual([expect.any(String), undefined]);
  });

  // https://github.com/supabase/storage/issues/898 (the S3 interface of Google Cloud Storage, seen 2026-11)
  it('says what it means where a store has no batch delete', async () => {
    s3.server.next(errorAnswer(501, 'NotImplemented'));
    const failure = { kind: 'unsupported', message: expect.stringContaining('no batch delete') };
    await expect(s3.client().delete(['p/a'], context)).rejects.toMatchObject(failure);
  });

  it('fails as a whole with an error in a 200', async () => {
    s3.server.next({ ...errorAnswer(200, 'InternalError') });
    await expect(s3.client().delete(['p/a'], context)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });
});
