import type { WriteCondition } from '@icechunk/storage-core';
import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { S3Multipart } from '../src/multipart.ts';
import type { S3Target } from '../src/target.ts';
import { context, errorAnswer, scripted } from './scripted.ts';
import { targetAt } from './target-at.ts';

const update: WriteCondition = { kind: 'update', version: { etag: '"old"' } };
const upload = { key: 'p/a', uploadId: 'VXBsb2FkIElE' };
const parts = [1, 2].map((partNumber) => ({ partNumber, etag: `"part-${partNumber}"` }));

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html and its siblings (seen 2026-11)
const started: ScriptedAnswer = {
  body: '<InitiateMultipartUploadResult><UploadId>VXBsb2FkIElE</UploadId></InitiateMultipartUploadResult>',
};
const completed: ScriptedAnswer = {
  body: '<CompleteMultipartUploadResult><ETag>&quot;3858f62230ac3c915f300c664312c11f-2&quot;</ETag></CompleteMultipartUploadResult>',
};

describe('S3Multipart', () => {
  const s3 = scripted();
  const uploads = (target: Partial<S3Target> = {}): S3Multipart =>
    new S3Multipart(targetAt({ url: s3.server.url, bucket: 'bucket', ...target }));

  it('starts with the attributes of the object', async () => {
    s3.server.next(started);
    const attributes = { contentType: 'a/b', metadata: { icechunkwriteid: 'x' }, storageClass: 'ODD_CLASS' };
    expect(await uploads({ requesterPays: true }).start({ key: 'p/a', ...attributes }, context)).toBe('VXBsb2FkIElE');
    expect(s3.server.requests[0]).toMatchObject({ method: 'POST', path: '/bucket/p/a?uploads=' });
    expect(s3.server.requests[0]?.headers).toMatchObject({
      'content-type': 'a/b',
      'x-amz-meta-icechunkwriteid': 'x',
      'x-amz-storage-class': 'ODD_CLASS',
      'x-amz-request-payer': 'requester',
    });
  });

  it('refuses an upload without an id, and a part without an etag', async () => {
    s3.server.next({ body: '<InitiateMultipartUploadResult/>' }, {});
    await expect(uploads().start({ key: 'p/a' }, context)).rejects.toMatchObject({ kind: 'bad_response' });
    const part = { ...upload, partNumber: 1, data: new Uint8Array(3) };
    await expect(uploads().uploadPart(part, context)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('sends a part as it is, under its number', async () => {
    s3.server.next({ headers: { etag: '"part-2"' } });
    const data = new TextEncoder().encode('hello').subarray(1, 4);
    const receipt = await uploads({ requesterPays: true }).uploadPart({ ...upload, partNumber: 2, data }, context);
    expect(receipt).toEqual({ partNumber: 2, etag: '"part-2"' });
    const [request] = s3.server.requests;
    expect(new TextDecoder().decode(request?.body)).toBe('ell');
    expect(request?.path).toContain('partNumber=2&uploadId=VXBsb2FkIElE');
    expect(request?.headers['x-amz-request-payer']).toBe('requester');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html (seen 2026-11)
  it('names the checksums of the parts where the upload has them', async () => {
    const checksum = { 'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' };
    s3.server.next(started, { headers: { etag: '"part-1"', ...checksum } }, completed);
    const checked = uploads({ checksumAlgorithm: 'SHA256' });
    await checked.start({ key: 'p/a' }, context);
    const data = new TextEncoder().encode('hello');
    const receipt = await checked.uploadPart({ ...upload, partNumber: 1, data }, context);
    await checked.complete({ ...upload, parts: [receipt] }, context);
    const [start, part, complete] = s3.server.requests;
    expect(start?.headers['x-amz-checksum-algorithm']).toBe('SHA256');
    // SHA-256 of "hello" in base64.
    expect(part?.headers).toMatchObject(checksum);
    expect(new TextDecoder().decode(complete?.body)).toContain(
      '<ChecksumSHA256>LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=</ChecksumSHA256>',
    );
  });

  it('completes under its condition, with every part', async () => {
    s3.server.next(completed);
    const answer = await uploads().complete({ ...upload, parts, condition: update }, context);
    expect(answer).toEqual({ kind: 'stored', version: { etag: '"3858f62230ac3c915f300c664312c11f-2"' } });
    const [request] = s3.server.requests;
    expect(request?.headers['if-match']).toBe('old');
    const body = new TextDecoder().decode(request?.body);
    expect(body.match(/<PartNumber>\d<\/PartNumber>/g)).toEqual([
      '<PartNumber>1</PartNumber>',
      '<PartNumber>2</PartNumber>',
    ]);
  });

  it.each<[string, WriteCondition, ScriptedAnswer]>([
    ['taken', { kind: 'create' }, errorAnswer(412, 'PreconditionFailed')],
    ['stale', update, errorAnswer(412, 'PreconditionFailed')],
    ['stale, without a body', update, { status: 412 }],
    ['missing', update, errorAnswer(404, 'NoSuchKey')],
  ])('takes for a refusal: %s', async (_, condition, answer) => {
    s3.server.next(answer);
    expect(await uploads().complete({ ...upload, parts, condition }, context)).toEqual({ kind: 'refused' });
  });

  it.each<[string, ScriptedAnswer, kind: string, retry: string]>([
    ['an upload that is gone', errorAnswer(404, 'NoSuchUpload'), 'not_found', 'no'],
    ['a 404 without a word', { status: 404 }, 'not_found', 'no'],
    ['a race', errorAnswer(409, 'ConditionalRequestConflict'), 'unavailable', 'again'],
    ['an error in a 200', { ...errorAnswer(200, 'InternalError') }, 'unavailable', 'again'],
    ['an empty 200', { body: '' }, 'unavailable', 'again'],
    ['a 200 that is cut off', { ...completed, cutAfterBytes: 40 }, 'unavailable', 'again'],
  ])('does not take for a refusal, nor for success: %s', async (_, answer, kind, retry) => {
    s3.server.next(answer);
    const complete = uploads().complete({ ...upload, parts, condition: update }, context);
    await expect(complete).rejects.toMatchObject({ kind, retry });
  });

  it('frees an upload, also one that is gone', async () => {
    s3.server.next({ status: 204 }, errorAnswer(404, 'NoSuchUpload'), errorAnswer(403, 'AccessDenied'));
    await uploads().abort(upload, context);
    await uploads().abort(upload, context);
    await expect(uploads().abort(upload, context)).rejects.toMatchObject({ kind: 'permission_denied' });
    expect(s3.server.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
  });
});
