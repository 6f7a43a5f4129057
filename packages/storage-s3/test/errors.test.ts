import { isStorageError, StorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { errorFromAnswer, errorFromSdk, type FailedAnswer, type FailedRequest } from '../src/errors.ts';

function outcome(answer: Partial<FailedAnswer>, request: FailedRequest = {}): [string, string] {
  const { kind, retry } = errorFromAnswer({ status: 400, headers: {}, ...answer }, request);
  return [kind, retry];
}

describe('errorFromAnswer', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and
  // https://developers.cloudflare.com/r2/api/error-codes/ (both seen 2026-11), and what MinIO and Ceph were seen to answer.
  it.each<[status: number, code: string | undefined, kind: string, retry: string]>([
    [400, 'ExpiredToken', 'unauthenticated', 'after_refresh'],
    [403, 'InvalidAccessKeyId', 'unauthenticated', 'after_refresh'],
    [403, 'SignatureDoesNotMatch', 'unauthenticated', 'after_refresh'],
    [403, 'InvalidTokenId', 'unauthenticated', 'after_refresh'],
    [403, 'RequestTimeTooSkewed', 'unauthenticated', 'no'],
    [401, 'Unauthorized', 'unauthenticated', 'after_refresh'],
    [403, 'AccessDenied', 'permission_denied', 'no'],
    [403, undefined, 'permission_denied', 'no'],
    [403, 'InvalidObjectState', 'unsupported', 'no'],
    [404, 'NoSuchKey', 'not_found', 'no'],
    [404, undefined, 'not_found', 'no'],
    [404, 'NoSuchBucket', 'invalid_options', 'no'],
    [409, 'ConditionalRequestConflict', 'unavailable', 'again'],
    [409, 'ConcurrentModification', 'unavailable', 'again'],
    [409, 'OperationAborted', 'unavailable', 'again'],
    [409, undefined, 'unavailable', 'again'],
    [416, 'InvalidRange', 'invalid_range', 'no'],
    [429, 'ServiceUnavailable', 'unavailable', 'again'],
    [499, undefined, 'unavailable', 'again'],
    [500, 'InternalError', 'unavailable', 'again'],
    [500, 'UnknownError', 'unavailable', 'again'],
    [501, 'NotImplemented', 'unsupported', 'no'],
    [501, undefined, 'unsupported', 'no'],
    [503, 'SlowDown', 'unavailable', 'again'],
    [503, 'SlowDownWrite', 'unavailable', 'again'],
    [307, undefined, 'unavailable', 'again'],
    [301, 'PermanentRedirect', 'invalid_options', 'no'],
    [301, undefined, 'invalid_options', 'no'],
    [400, 'AuthorizationHeaderMalformed', 'invalid_options', 'no'],
    [400, 'XMinioInvalidObjectName', 'invalid_path', 'no'],
    [400, 'MalformedXML', 'unknown', 'no'],
  ])('takes %i %s for %s, retry %s', (status, code, kind, retry) => {
    expect(outcome({ status, code })).toEqual([kind, retry]);
  });

  it('takes a refusal without a word for expired credentials only where a HEAD could have none', () => {
    expect(outcome({ status: 400 }, { isHead: true })).toEqual(['unauthenticated', 'after_refresh']);
    expect(outcome({ status: 400 })).toEqual(['unknown', 'no']);
  });

  it("reads a HEAD's code in MinIO's header", () => {
    const headers = { 'x-minio-error-code': 'NoSuchBucket' };
    expect(outcome({ status: 404, headers }, { isHead: true })).toEqual(['invalid_options', 'no']);
  });

  it.each<[name: string, answer: Partial<FailedAnswer>]>([
    ['the header of a redirect', { status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } }],
    ['the header of a refused HEAD', { status: 400, headers: { 'x-amz-bucket-region': 'eu-west-1' } }],
    ['the error document', { status: 400, code: 'AuthorizationHeaderMalformed', region: 'eu-west-1' }],
  ])('names the right region by %s', (_, answer) => {
    const error = errorFromAnswer({ status: 400, headers: {}, ...answer }, { region: 'us-east-1', isHead: true });
    expect(error).toMatchObject({ kind: 'invalid_options', retry: 'no' });
    expect(error.message).toContain(
      'the bucket is in the region "eu-west-1", and the request was signed for "us-east-1"',
    );
  });

  it('does not call the right region wrong', () => {
    const answer = { status: 400, headers: { 'x-amz-bucket-region': 'us-east-1' } };
    expect(outcome(answer, { region: 'us-east-1', isHead: true })).toEqual(['unauthenticated', 'after_refresh']);
  });

  it('names the endpoint of a redirect that has no region', () => {
    const answer = {
      status: 301,
      headers: {},
      code: 'PermanentRedirect',
      endpoint: 'bucket.s3-eu-west-1.amazonaws.com',
    };
    expect(errorFromAnswer(answer).message).toContain('the bucket is at "bucket.s3-eu-west-1.amazonaws.com"');
  });

  it('passes on what Retry-After asks for, and the words of the provider', () => {
    const error = errorFromAnswer({
      status: 503,
      headers: { 'retry-after': '7' },
      code: 'SlowDown',
      message: 'Reduce it.',
    });
    expect(error.retryAfterMs).toBe(7_000);
    expect(error.message).toContain('"Reduce it."');
    expect(error).toMatchObject({ status: 503, providerCode: 'SlowDown' });
  });

  it('says what to leave out where a store does not offer it', () => {
    const error = errorFromAnswer({ status: 501, headers: {}, code: 'NotImplemented' }, { hint: 'leave out the moon' });
    expect(error.message).toContain('leave out the moon');
  });
});

describe('errorFromSdk', () => {
  it('passes a StorageError, as credentials throw it', () => {
    const error = new StorageError({ kind: 'unauthenticated', message: 'getCredentials failed' });
    expect(errorFromSdk(error)).toBe(error);
  });

  it.each<[what: string, err: unknown, kind: string, retry: string]>([
    ['a reset', Object.assign(new Error('x'), { name: 'TimeoutError', code: 'ECONNRESET' }), 'unavailable', 'again'],
    ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'unavailable', 'again'],
    [
      'the request timer',
      Object.assign(new Error('x'), { name: 'TimeoutError', code: 'ETIMEDOUT' }),
      'timeout',
      'again',
    ],
    ['the socket timer', Object.assign(new Error('x'), { name: 'TimeoutError' }), 'timeout', 'again'],
    ['no credentials', Object.assign(new Error('x'), { name: 'CredentialsProviderError' }), 'unauthenticated', 'no'],
    ["Chrome's", new TypeError('Failed to fetch (s3.example.org)'), 'unavailable', 'again'],
    ["Firefox's", new TypeError('NetworkError when attempting to fetch resource.'), 'unavailable', 'again'],
    ["Safari's", new TypeError('Load failed'), 'unavailable', 'again'],
    ['what only reads so', new Error('Load failed'), 'unknown', 'no'],
    ['anything else', new TypeError('x'), 'unknown', 'no'],
    ['what is no error', 'a text', 'unknown', 'no'],
    ['HTML in a 503', sdkError('Error', 503), 'unavailable', 'again'],
    ['HTML in a 403', sdkError('Error', 403), 'permission_denied', 'no'],
    ['an error in a 200', sdkError('InternalError', 503, { Code: 'InternalError' }), 'unavailable', 'again'],
    ['a code below Error', sdkError('X', 403, { Error: { Code: 'ExpiredToken' } }), 'unauthenticated', 'after_refresh'],
    ['a name that the SDK made up', sdkError('NotFound', 404), 'not_found', 'no'],
  ])('takes %s for %s, retry %s', (_, err, kind, retry) => {
    const error = errorFromSdk(err);
    expect([error.kind, error.retry]).toEqual([kind, retry]);
  });

  it('tries again with the clock that the SDK has corrected, also after a HEAD that says only 403', () => {
    for (const fields of [{ Code: 'RequestTimeTooSkewed' }, {}]) {
      const err = sdkError('Unknown', 403, fields, { clockSkewCorrected: true });
      expect(errorFromSdk(err, { isHead: true })).toMatchObject({ kind: 'unauthenticated', retry: 'again' });
    }
    const denied = sdkError('AccessDenied', 403, { Code: 'AccessDenied' }, { clockSkewCorrected: true });
    expect(errorFromSdk(denied)).toMatchObject({ kind: 'permission_denied', retry: 'no' });
  });

  it('keeps nothing of the request', () => {
    const secrets = { key: 'AKIAIOSFODNN7EXAMPLE', signature: '0123456789abcdef0123456789abcdef' };
    const err = Object.assign(sdkError('AccessDenied', 403, { Code: 'AccessDenied' }), {
      $response: { headers: { 'x-key': secrets.key }, body: secrets.signature },
      request: { headers: { authorization: `Credential=${secrets.key}, Signature=${secrets.signature}` } },
    });
    const error = errorFromSdk(err);
    expect(isStorageError(error, 'permission_denied')).toBe(true);
    expect(leaksOf(error, secrets)).toEqual([]);
    expect(leaksOf(errorFromSdk(Object.assign(new Error('x'), { request: secrets })), secrets)).toEqual([]);
  });
});

function sdkError(name: string, httpStatusCode: number, fields: object = {}, metadata: object = {}): Error {
  return Object.assign(new Error('UnknownError'), { name, $metadata: { httpStatusCode, ...metadata }, ...fields });
}
