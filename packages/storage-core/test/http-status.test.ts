import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeRules, errorFromStatus, ruleOf, statusRules } from '../src/http-status.ts';

function outcome(status: number | undefined, code?: string): [string, string] {
  const { kind, retry } = ruleOf(status, code);
  return [kind, retry];
}

describe('ruleOf', () => {
  it('retries what the contract says, and no other status', () => {
    const retried = Array.from({ length: 500 }, (_, index) => index + 100).filter(
      (status) => ruleOf(status).retry === 'again',
    );
    expect(retried).toEqual([408, 429, 499, 500, 502, 503, 504]);
  });

  it.each([
    [401, 'unauthenticated', 'after_refresh'],
    [403, 'permission_denied', 'no'],
    [404, 'not_found', 'no'],
    [405, 'unsupported', 'no'],
    [416, 'invalid_range', 'no'],
    [501, 'unsupported', 'no'],
    [408, 'unavailable', 'again'],
    [503, 'unavailable', 'again'],
    [507, 'unavailable', 'no'],
    [525, 'unavailable', 'no'],
    [100, 'bad_response', 'no'],
    [200, 'bad_response', 'no'],
    [301, 'bad_response', 'no'],
    [304, 'bad_response', 'no'],
    [307, 'bad_response', 'no'],
    [412, 'bad_response', 'no'],
    [400, 'unknown', 'no'],
    [409, 'unknown', 'no'],
    [410, 'unknown', 'no'],
    [0, 'unknown', 'no'],
    [600, 'unknown', 'no'],
  ])('takes %i for %s, retry %s', (status, kind, retry) => {
    expect(outcome(status)).toEqual([kind, retry]);
  });

  it('knows nothing of an answer without status and code', () => {
    expect(outcome(undefined)).toEqual(['unknown', 'no']);
  });

  it.each([
    [400, 'ExpiredToken', 'unauthenticated', 'after_refresh'],
    [400, 'TokenRefreshRequired', 'unauthenticated', 'after_refresh'],
    [400, 'InvalidToken', 'unauthenticated', 'after_refresh'],
    [403, 'InvalidTokenId', 'unauthenticated', 'after_refresh'],
    [403, 'InvalidAccessKeyId', 'unauthenticated', 'after_refresh'],
    [403, 'SignatureDoesNotMatch', 'unauthenticated', 'after_refresh'],
    [403, 'AuthenticationFailed', 'unauthenticated', 'after_refresh'],
    [400, 'InvalidAuthenticationInfo', 'unauthenticated', 'after_refresh'],
    [403, 'RequestTimeTooSkewed', 'unauthenticated', 'no'],
    [403, 'AccessDenied', 'permission_denied', 'no'],
    [403, 'AuthorizationPermissionMismatch', 'permission_denied', 'no'],
    [409, 'ConditionalRequestConflict', 'unavailable', 'again'],
    [409, 'OperationAborted', 'unavailable', 'again'],
    [409, 'ConcurrentModification', 'unavailable', 'again'],
    [409, 'BlobAlreadyExists', 'unknown', 'no'],
    [400, 'RequestTimeout', 'unavailable', 'again'],
    [400, 'IncompleteBody', 'unavailable', 'again'],
    [400, 'BadDigest', 'unavailable', 'again'],
    [400, 'XAmzContentSHA256Mismatch', 'unavailable', 'again'],
    [403, 'rateLimitExceeded', 'unavailable', 'again'],
    [403, 'forbidden', 'permission_denied', 'no'],
    [404, 'NoSuchBucket', 'invalid_options', 'no'],
    [404, 'ContainerNotFound', 'invalid_options', 'no'],
    [409, 'ContainerBeingDeleted', 'invalid_options', 'no'],
    [400, 'InvalidMetadata', 'invalid_options', 'no'],
    [400, 'MetadataTooLarge', 'invalid_options', 'no'],
    [400, 'InvalidBlobTier', 'invalid_options', 'no'],
    [400, 'BlobAccessTierNotSupportedForAccountType', 'invalid_options', 'no'],
    [400, 'InvalidResourceName', 'invalid_path', 'no'],
    [400, 'InvalidUri', 'invalid_path', 'no'],
    [412, 'LeaseIdMissing', 'permission_denied', 'no'],
    [409, 'BlobImmutableDueToPolicy', 'permission_denied', 'no'],
    [409, 'BlobImmutableDueToLegalHold', 'permission_denied', 'no'],
    [409, 'PublicAccessNotPermitted', 'permission_denied', 'no'],
    [409, 'PendingCopyOperation', 'unavailable', 'again'],
    [409, 'AccountBeingCreated', 'unavailable', 'again'],
    [409, 'BlobArchived', 'unavailable', 'no'],
    [409, 'BlobBeingRehydrated', 'unavailable', 'no'],
    [409, 'InvalidBlobType', 'unsupported', 'no'],
    [409, 'BlobOperationNotSupported', 'unsupported', 'no'],
    [400, 'ConditionHeadersNotSupported', 'unsupported', 'no'],
    [404, 'NoSuchKey', 'not_found', 'no'],
    [404, 'BlobNotFound', 'not_found', 'no'],
    [404, 'NoSuchUpload', 'not_found', 'no'],
    [301, 'PermanentRedirect', 'invalid_options', 'no'],
    [501, 'NotImplemented', 'unsupported', 'no'],
    [400, 'KeyTooLongError', 'invalid_path', 'no'],
  ])('takes %i %s for %s, retry %s', (status, code, kind, retry) => {
    expect(outcome(status, code)).toEqual([kind, retry]);
  });

  it('goes by the code where the status says nothing: an error in a 200, one key of a batch', () => {
    expect(outcome(200, 'InternalError')).toEqual(['unavailable', 'again']);
    expect(outcome(200, 'SlowDown')).toEqual(['unavailable', 'again']);
    expect(outcome(undefined, 'AccessDenied')).toEqual(['permission_denied', 'no']);
    expect(outcome(undefined, 'InternalError')).toEqual(['unavailable', 'again']);
  });

  it('goes by the status where it does not know the code, however it is called', () => {
    for (const code of ['constructor', '__proto__', 'toString', '', 'SomethingNew']) {
      expect(outcome(404, code)).toEqual(['not_found', 'no']);
    }
  });

  it('never takes a bucket that is missing for an object that is', () => {
    for (const [code, rule] of Object.entries(codeRules)) {
      if (/bucket|container/i.test(code)) expect([code, rule.kind]).toEqual([code, 'invalid_options']);
    }
  });

  it('has a reason in every rule', () => {
    const rules = [...Object.values(statusRules), ...Object.values(codeRules)];
    expect(rules.filter(({ message }) => message.length < 10)).toEqual([]);
  });
});

describe('errorFromStatus', () => {
  it('carries what the provider said', () => {
    const error = errorFromStatus({
      status: 503,
      providerCode: 'SlowDown',
      message: 'Please reduce\n your request rate.',
      retryAfter: '2',
      backend: 'S3',
      operation: 'getObject',
      path: 'chunks/a',
    });
    expect(error).toMatchObject({
      kind: 'unavailable',
      retry: 'again',
      status: 503,
      providerCode: 'SlowDown',
      retryAfterMs: 2_000,
      backend: 'S3',
      operation: 'getObject',
      path: 'chunks/a',
    });
    expect(error.detail).toBe('the provider asks for fewer requests ("Please reduce your request rate.")');
  });

  it('reads a date in Retry-After by the time of day that it is given', () => {
    const answer = { status: 503, retryAfter: 'Sun, 06 Nov 1994 08:49:37 GMT' };
    expect(errorFromStatus(answer, Date.UTC(1994, 10, 6, 8, 49, 27)).retryAfterMs).toBe(10_000);
  });

  it('leaves out what was not said', () => {
    const error = errorFromStatus({ status: 404 });
    expect(Object.keys(error.toJSON()).sort()).toEqual(['kind', 'message', 'name', 'retry', 'status']);
    expect(error.detail).toBe('there is no such object');
  });

  it('keeps no more of the answer than fits a log line, whatever stands in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 900 }),
        fc.string({ unit: 'binary' }),
        (message, providerCode) => {
          const error = errorFromStatus({ status: 500, message, providerCode });
          expect(error.message.length).toBeLessThan(600);
          expect(error.message).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
    const page = errorFromStatus({ status: 502, message: 'x'.repeat(10_000), providerCode: '<html>' });
    expect(page.providerCode).toBeUndefined();
    expect(page.message.length).toBeLessThan(400);
  });

  it('keeps no query of an address that the provider repeats', () => {
    const error = errorFromStatus({ status: 403, message: 'bad request https://h/c/b?sig=SECRET&sv=1 sent' });
    expect(error.message).not.toContain('SECRET');
  });
});
