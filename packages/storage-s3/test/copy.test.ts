import type { RecordedRequest, ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { context, errorAnswer, scripted } from './scripted.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (seen 2026-11)
const copied: ScriptedAnswer = {
  body: '<CopyObjectResult><LastModified>2026-10-28T22:32:00.000Z</LastModified><ETag>&quot;new&quot;</ETag></CopyObjectResult>',
};
const request = { fromKey: 'p/a b+c', toKey: 'p/copy' };
const stored = { kind: 'stored', version: { etag: '"new"' } };

const head: ScriptedAnswer = {
  headers: {
    etag: '"source"',
    'content-length': '12',
    'content-type': 'a/b',
    'cache-control': 'no-store',
    'content-encoding': 'zstd',
    'x-amz-meta-icfiletype': 'repo',
  },
};

describe('copy', () => {
  const s3 = scripted();

  it('is one request, which keeps what belongs to the source', async () => {
    s3.server.next(copied);
    const client = s3.client({ requesterPays: true });
    expect(await client.copy({ ...request, ifVersion: { etag: '"v"' }, storageClass: 'GLACIER_IR' }, context)).toEqual(
      stored,
    );
    expect(s3.server.requests[0]).toMatchObject({ method: 'PUT', path: '/bucket/p/copy?x-id=CopyObject' });
    expect(s3.server.requests[0]?.headers).toMatchObject({
      'x-amz-copy-source': 'bucket/p/a%20b%2Bc',
      'x-amz-copy-source-if-match': 'v',
      'x-amz-storage-class': 'GLACIER_IR',
      'x-amz-request-payer': 'requester',
    });
    expect(s3.server.requests[0]?.headers).not.toHaveProperty('x-amz-metadata-directive');
  });

  it('with a new content type carries the rest along, from the version that it has read', async () => {
    s3.server.next(head, copied);
    expect(await s3.client().copy({ ...request, contentType: 'c/d' }, context)).toEqual(stored);
    expect(s3.server.requests.map(({ method }) => method)).toEqual(['HEAD', 'PUT']);
    expect(s3.server.requests[1]?.headers).toMatchObject({
      'x-amz-metadata-directive': 'REPLACE',
      'x-amz-copy-source-if-match': 'source',
      'content-type': 'c/d',
      'cache-control': 'no-store',
      'content-encoding': 'zstd',
      'x-amz-meta-icfiletype': 'repo',
    });
  });

  it('is refused where the source has another version, with and without a new content type', async () => {
    s3.server.next(errorAnswer(412, 'PreconditionFailed'), { status: 412 }, head);
    const client = s3.client();
    for (const more of [{}, {}, { contentType: 'c/d' }])
      expect(await client.copy({ ...request, ...more, ifVersion: { etag: '"v"' } }, context)).toEqual({
        kind: 'refused',
      });
    expect(s3.server.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
  });

  it('is to be tried again where the source is replaced between its head and its copy', async () => {
    s3.server.next(head, { status: 412 });
    const copy = s3.client().copy({ ...request, contentType: 'c/d' }, context);
    await expect(copy).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it('knows a version again without its quotes, as some stores give it in XML', async () => {
    s3.server.next(head, copied);
    const copy = s3.client().copy({ ...request, contentType: 'c/d', ifVersion: { etag: 'source' } }, context);
    expect(await copy).toEqual(stored);
  });

  it('is refused where nothing says which version the attributes belong to', async () => {
    const { etag: _, ...others } = head.headers as Record<string, string>;
    s3.server.next({ headers: others });
    const copy = s3.client().copy({ ...request, contentType: 'c/d' }, context);
    await expect(copy).rejects.toMatchObject({ kind: 'bad_response' });
    expect(s3.server.requests).toHaveLength(1);
  });

  it.each<[string, ScriptedAnswer, kind: string, retry: string]>([
    ['a missing source', errorAnswer(404, 'NoSuchKey'), 'not_found', 'no'],
    ['a missing bucket', errorAnswer(404, 'NoSuchBucket'), 'invalid_options', 'no'],
    ['a condition that was not sent', { status: 412 }, 'bad_response', 'no'],
    ['an error in a 200', { ...errorAnswer(200, 'SlowDown') }, 'unavailable', 'again'],
    ['an empty 200', { body: '' }, 'unavailable', 'again'],
  ])('fails with %s', async (_, answer, kind, retry) => {
    s3.server.next(answer);
    await expect(s3.client().copy(request, context)).rejects.toMatchObject({ kind, retry });
  });

  it('leaves the version empty where the answer has none', async () => {
    s3.server.next({ body: '<CopyObjectResult/>' });
    expect(await s3.client().copy(request, context)).toEqual({ kind: 'stored', version: {} });
  });
});

describe('a copy of what is too large for one request', () => {
  const s3 = scripted();
  const largeHead: ScriptedAnswer = { headers: { ...head.headers, 'content-length': '25' } };
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
  const answers = ({ method, path }: RecordedRequest): ScriptedAnswer => {
    if (method === 'HEAD') return largeHead;
    if (path.includes('uploads=')) return { body: '<R><UploadId>id</UploadId></R>' };
    if (method === 'POST') return { body: '<R><ETag>&quot;new&quot;</ETag></R>' };
    if (method === 'DELETE') return { status: 204 };
    if (!path.includes('partNumber')) return tooLarge;
    return { body: `<CopyPartResult><ETag>&quot;${/partNumber=\d+/.exec(path)}&quot;</ETag></CopyPartResult>` };
  };
  const tooLarge = errorAnswer(400, 'InvalidRequest');
  const limits = { maxSingleCopyBytes: 10 };

  it('goes part by part, all of one version, and carries everything along', async () => {
    s3.server.respond(answers);
    const client = s3.client({ requesterPays: true, checksumAlgorithm: 'SHA256' }, limits);
    expect(await client.copy({ ...request, storageClass: 'STANDARD_IA' }, context)).toEqual(stored);
    const [refused, , start, ...rest] = s3.server.requests;
    expect(refused?.headers).not.toHaveProperty('x-amz-copy-source-range');
    expect(start?.headers).toMatchObject({
      'content-type': 'a/b',
      'cache-control': 'no-store',
      'x-amz-meta-icfiletype': 'repo',
      'x-amz-storage-class': 'STANDARD_IA',
    });
    const copies = rest.filter(({ method }) => method === 'PUT').map(({ headers }) => headers);
    expect(copies.map((headers) => headers['x-amz-copy-source-range']).toSorted()).toEqual([
      'bytes=0-9',
      'bytes=10-19',
      'bytes=20-24',
    ]);
    for (const headers of copies) {
      expect(headers['x-amz-copy-source']).toBe('bucket/p/a%20b%2Bc');
      expect(headers['x-amz-copy-source-if-match']).toBe('source');
    }
    for (const { headers } of s3.server.requests) expect(headers['x-amz-request-payer']).toBe('requester');
    const complete = new TextDecoder().decode(rest.at(-1)?.body);
    expect(complete.match(/partNumber=\d/g)).toEqual(['partNumber=1', 'partNumber=2', 'partNumber=3']);
  });

  it('asks for no more than the head where the content type is new', async () => {
    s3.server.respond(answers);
    expect(await s3.client({}, limits).copy({ ...request, contentType: 'c/d' }, context)).toEqual(stored);
    expect(s3.server.requests.slice(0, 2).map(({ method }) => method)).toEqual(['HEAD', 'POST']);
    expect(s3.server.requests[1]?.headers['content-type']).toBe('c/d');
  });

  it('fails with the refusal where the source is not too large', async () => {
    s3.server.next(tooLarge, head);
    await expect(s3.client().copy(request, context)).rejects.toMatchObject({ providerCode: 'InvalidRequest' });
    expect(s3.server.requests).toHaveLength(2);
  });

  it.each<[string, ScriptedAnswer, outcome: object]>([
    ['a part that fails', errorAnswer(503, 'SlowDown'), { kind: 'unavailable', retry: 'again' }],
    ['a part without an etag', { body: '<CopyPartResult/>' }, { kind: 'bad_response' }],
    ['a source that was replaced', errorAnswer(412, 'PreconditionFailed'), { kind: 'refused' }],
  ])('leaves no upload behind after %s', async (_, answer, outcome) => {
    s3.server.respond((sent) => (sent.path.includes('partNumber=2') ? answer : answers(sent)));
    const copy = s3.client({}, limits).copy({ ...request, ifVersion: { etag: '"source"' } }, context);
    expect(await copy.catch((err: unknown) => err)).toMatchObject(outcome);
    const last = s3.server.requests.at(-1);
    expect([last?.method, last?.path]).toEqual(['DELETE', '/bucket/p/copy?uploadId=id&x-id=AbortMultipartUpload']);
    expect(s3.server.requests.filter(({ method, path }) => method === 'POST' && !path.includes('uploads='))).toEqual(
      [],
    );
  });

  it('does not wait for the other parts where one has failed', async () => {
    s3.server.respond((sent) => {
      if (sent.path.includes('partNumber=2')) return errorAnswer(503, 'SlowDown');
      return sent.path.includes('partNumber') ? { never: true } : answers(sent);
    });
    const copy = s3.client({}, limits).copy(request, context);
    await expect(copy).rejects.toMatchObject({ kind: 'unavailable', providerCode: 'SlowDown' });
    expect(s3.server.requests.at(-1)?.method).toBe('DELETE');
  });

  it('copies nothing of a source without a version, which could be replaced between two parts', async () => {
    const { etag: _, ...others } = largeHead.headers as Record<string, string>;
    s3.server.respond((sent) => (sent.method === 'HEAD' ? { headers: others } : answers(sent)));
    await expect(s3.client({}, limits).copy(request, context)).rejects.toMatchObject({ kind: 'bad_response' });
    expect(s3.server.requests.map(({ method }) => method)).toEqual(['PUT', 'HEAD']);
  });

  it.each([
    ['a part', 'partNumber=2'],
    ['its completion', '?uploadId'],
  ])('does not take an upload that is gone at %s for a missing source', async (_, place) => {
    s3.server.respond((sent) => (sent.path.includes(place) ? errorAnswer(404, 'NoSuchUpload') : answers(sent)));
    const copy = s3.client({}, limits).copy(request, context);
    await expect(copy).rejects.toMatchObject({ kind: 'unavailable', retry: 'again', providerCode: 'NoSuchUpload' });
  });

  it('frees its upload also where its signal has ended it', async () => {
    const abort = new AbortController();
    s3.server.respond((sent) => {
      if (!sent.path.includes('partNumber')) return answers(sent);
      abort.abort();
      return { never: true };
    });
    const copy = s3.client({}, limits).copy({ ...request, contentType: 'c/d' }, { signal: abort.signal });
    await expect(copy).rejects.toThrow();
    expect(s3.server.requests.at(-1)?.method).toBe('DELETE');
  });
});
