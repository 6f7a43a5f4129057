import { type RetryAdvice, StorageError, type StorageErrorFields, type StorageErrorKind } from './errors.ts';
import { retryAfterMs } from './retry-after.ts';

/** What an answer comes to, and whether the request may be sent again. */
export interface StatusRule {
  readonly kind: StorageErrorKind;
  readonly retry: RetryAdvice;
  readonly message: string;
}

const again = (message: string): StatusRule => ({ kind: 'unavailable', retry: 'again', message });
const refresh = (message: string): StatusRule => ({ kind: 'unauthenticated', retry: 'after_refresh', message });
const final = (kind: StorageErrorKind, message: string): StatusRule => ({ kind, retry: 'no', message });

/**
 * What an HTTP status comes to where the provider's code does not say more.
 *
 * | status | kind | retry |
 * |---|---|---|
 * | 401 | `unauthenticated` | after a refresh of the credentials |
 * | 403 | `permission_denied` | no |
 * | 404 | `not_found` | no |
 * | 405, 501 | `unsupported` | no |
 * | 408, 429, 499, 500, 502, 503, 504 | `unavailable` | yes |
 * | 416 | `invalid_range` | no |
 * | 1xx, 2xx, 3xx, 412 | `bad_response` | no |
 * | any other 5xx | `unavailable` | no |
 * | anything else | `unknown` | no |
 *
 * A 304 or a 412 that answers a condition is a value, and never comes here.
 *
 * @see https://cloud.google.com/storage/docs/retry-strategy (408, 429 and 5xx, seen 2026-11)
 */
export const statusRules: Readonly<Record<number, StatusRule>> = {
  401: refresh('the provider does not take the credentials'),
  403: final('permission_denied', 'the provider forbids it'),
  404: final('not_found', 'there is no such object'),
  405: final('unsupported', 'the provider does not offer this operation'),
  408: again('the provider gave up waiting for the request'),
  412: final('bad_response', 'the provider refused a condition that was not asked for'),
  416: final('invalid_range', 'the range begins at the end of the object or after it'),
  429: again('the provider asks for fewer requests'),
  499: again('the connection was closed on the way'),
  500: again('the provider failed'),
  501: final(
    'unsupported',
    'the provider does not offer this operation, or not with these conditions, metadata or checksums',
  ),
  502: again('a gateway had no answer from the provider'),
  503: again('the provider is not available'),
  504: again('a gateway had no answer from the provider in time'),
};

const noContainer = final('invalid_options', 'there is no such bucket or container');
const noTier = final('invalid_options', 'the account does not offer this access tier');
const noName = final('invalid_path', 'this cannot be the name of an object');
const immutable = final('permission_denied', 'the object is protected from being changed');
const archived = final(
  'unavailable',
  'the object is in an archive, and has to be taken out of it before it can be read',
);
const damaged = again('the bytes were cut off or changed on their way');
const conflict = again('another request for the same object is under way');

/**
 * What a provider's own code comes to, whatever the status: some have several, and the answers to single keys of a batch
 * have none.
 *
 * | code | of | kind | retry |
 * |---|---|---|---|
 * | ExpiredToken, TokenRefreshRequired, InvalidToken (400), InvalidAccessKeyId, SignatureDoesNotMatch (403) | S3 | `unauthenticated` | after a refresh |
 * | InvalidTokenId (403) | MinIO | `unauthenticated` | after a refresh |
 * | AuthenticationFailed (403), InvalidAuthenticationInfo (400, 401) | Azure | `unauthenticated` | after a refresh |
 * | RequestTimeTooSkewed (403) | S3 | `unauthenticated` | no |
 * | ConditionalRequestConflict, OperationAborted (409) | S3 | `unavailable` | yes |
 * | ConcurrentModification (409) | Ceph | `unavailable` | yes |
 * | RequestTimeout (400), SlowDown, ServiceUnavailable (503), InternalError (500, and 200 with an error in its body) | S3 | `unavailable` | yes |
 * | IncompleteBody, BadDigest, XAmzContentSHA256Mismatch (400) | S3 | `unavailable` | yes |
 * | ServerBusy (503), OperationTimedOut (500) | Azure | `unavailable` | yes |
 * | rateLimitExceeded, userRateLimitExceeded, backendError (503), internalError (500) | Google | `unavailable` | yes |
 * | NoSuchBucket (404), InvalidBucketName (400) | S3 | `invalid_options` | no |
 * | ContainerNotFound (404), ContainerBeingDeleted (409) | Azure | `invalid_options` | no |
 * | InvalidMetadata, MetadataTooLarge, InvalidBlobTier, BlobAccessTierNotSupportedForAccountType (400) | Azure | `invalid_options` | no |
 * | InvalidResourceName, InvalidUri (400) | Azure | `invalid_path` | no |
 * | LeaseIdMissing (412), BlobImmutableDueToPolicy, BlobImmutableDueToLegalHold, PublicAccessNotPermitted (409) | Azure | `permission_denied` | no |
 * | PendingCopyOperation, AccountBeingCreated (409) | Azure | `unavailable` | yes |
 * | BlobArchived, BlobBeingRehydrated (409) | Azure | `unavailable` | no |
 * | InvalidBlobType, BlobOperationNotSupported (409), ConditionHeadersNotSupported (400) | Azure | `unsupported` | no |
 * | AuthorizationHeaderMalformed (400), PermanentRedirect (301) | S3 | `invalid_options` | no |
 * | AccessDenied (403) | S3 | `permission_denied` | no |
 * | NoSuchKey (404) | S3 | `not_found` | no |
 * | BlobNotFound (404) | Azure | `not_found` | no |
 * | NotImplemented (501) | S3 | `unsupported` | no |
 * | KeyTooLongError (400) | S3 | `invalid_path` | no |
 * | InvalidStorageClass (400) | S3 | `invalid_options` | no |
 *
 * A refused signature is told apart from a missing right, though both are 403: only the latter may stand for a missing
 * object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (seen 2026-11)
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11)
 * @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes (seen 2026-11)
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes (seen 2026-11)
 */
export const codeRules: Readonly<Record<string, StatusRule>> = {
  ExpiredToken: refresh('the credentials have expired'),
  TokenRefreshRequired: refresh('the credentials must be renewed'),
  InvalidToken: refresh('the provider does not take the session token'),
  InvalidTokenId: refresh('the provider does not take the session token'),
  InvalidAccessKeyId: refresh('the provider does not know the access key'),
  SignatureDoesNotMatch: refresh(
    'the signature is not what the provider computes: a wrong secret key, or a request changed on its way',
  ),
  AuthenticationFailed: refresh('the provider does not take the credentials'),
  InvalidAuthenticationInfo: refresh('the provider does not take the credentials'),
  RequestTimeTooSkewed: final('unauthenticated', "this machine's clock is too far from the provider's"),
  ConditionalRequestConflict: conflict,
  OperationAborted: conflict,
  ConcurrentModification: conflict,
  RequestTimeout: again('the provider gave up waiting for the request'),
  SlowDown: again('the provider asks for fewer requests'),
  ServiceUnavailable: again('the provider is not available'),
  InternalError: again('the provider failed'),
  IncompleteBody: damaged,
  BadDigest: damaged,
  XAmzContentSHA256Mismatch: damaged,
  ServerBusy: again('the provider asks for fewer requests'),
  OperationTimedOut: again('the provider did not finish in time'),
  rateLimitExceeded: again('the provider asks for fewer requests'),
  userRateLimitExceeded: again('the provider asks for fewer requests'),
  backendError: again('the provider failed'),
  internalError: again('the provider failed'),
  NoSuchBucket: noContainer,
  InvalidBucketName: final('invalid_options', 'this cannot be the name of a bucket'),
  ContainerNotFound: noContainer,
  ContainerBeingDeleted: final('invalid_options', 'the container is being deleted'),
  InvalidMetadata: final('invalid_options', 'the provider does not take this metadata'),
  MetadataTooLarge: final('invalid_options', 'this is more metadata than the provider takes'),
  InvalidBlobTier: noTier,
  BlobAccessTierNotSupportedForAccountType: noTier,
  InvalidResourceName: noName,
  InvalidUri: noName,
  LeaseIdMissing: final('permission_denied', 'somebody holds a lease on the object'),
  BlobImmutableDueToPolicy: immutable,
  BlobImmutableDueToLegalHold: immutable,
  PublicAccessNotPermitted: final('permission_denied', 'the account allows no access without credentials'),
  PendingCopyOperation: again('a copy to the same object is under way'),
  AccountBeingCreated: again('the account is being created'),
  BlobArchived: archived,
  BlobBeingRehydrated: archived,
  InvalidBlobType: final('unsupported', 'a blob of another type than block blob is stored under this key'),
  BlobOperationNotSupported: final('unsupported', 'the provider does not offer this operation for this object'),
  ConditionHeadersNotSupported: final('unsupported', 'the provider does not take this condition'),
  AuthorizationHeaderMalformed: final('invalid_options', 'the request was signed for another region or service'),
  PermanentRedirect: final('invalid_options', 'the bucket is in another region or at another endpoint'),
  AccessDenied: final('permission_denied', 'the provider forbids it'),
  NoSuchKey: final('not_found', 'there is no such object'),
  BlobNotFound: final('not_found', 'there is no such object'),
  NotImplemented: final('unsupported', 'the provider does not offer this operation, or not with these headers'),
  KeyTooLongError: final('invalid_path', 'the key is too long for the provider'),
  InvalidStorageClass: final('invalid_options', 'the provider has no such storage class'),
};

/** The rule of an answer: its code's where there is one, else its status's. */
export function ruleOf(status: number | undefined, providerCode?: string): StatusRule {
  if (providerCode !== undefined && Object.hasOwn(codeRules, providerCode))
    return codeRules[providerCode] as StatusRule;
  if (status === undefined) return final('unknown', 'the provider failed and did not explain it');
  return statusRules[status] ?? classRule(status);
}

function classRule(status: number): StatusRule {
  if (status >= 500 && status < 600)
    return final('unavailable', 'the provider failed for longer than a retry would help');
  if (status >= 100 && status < 400)
    return final('bad_response', 'the provider gave an answer that makes no sense here');
  return final('unknown', 'the provider refused the request');
}

/** An answer that is no success, as a backend has it. */
export interface ProviderAnswer extends Pick<StorageErrorFields, 'backend' | 'operation' | 'path' | 'cause'> {
  /** Absent for one key of a batch. */
  readonly status?: number;
  /** S3's `Code`, Azure's `x-ms-error-code`, Google's `reason`. */
  readonly providerCode?: string | undefined;
  /** The provider's own words. Only their first 300 characters are kept. */
  readonly message?: string | undefined;
  /** The header `Retry-After`, as it came. */
  readonly retryAfter?: string | null | undefined;
}

/**
 * The error that an answer comes to, by one table of provider codes and one of HTTP statuses.
 *
 * @param nowMs The time of day, for a `Retry-After` that is a date.
 */
export function errorFromStatus(answer: ProviderAnswer, nowMs: number = Date.now()): StorageError {
  const { providerCode: code, message: said, retryAfter, ...context } = answer;
  const { message, ...rule } = ruleOf(answer.status, code);
  const words = said === undefined ? '' : printable(said).slice(0, MAX_WORDS);
  const delayMs = retryAfterMs(retryAfter, nowMs);
  return new StorageError({
    ...context,
    ...rule,
    message: words === '' ? message : `${message} ("${words}")`,
    // Where a proxy answers, the code may be any text.
    ...(code !== undefined && /^[\w.-]{1,100}$/.test(code) && { providerCode: code }),
    ...(delayMs !== undefined && { retryAfterMs: delayMs }),
  });
}

const MAX_WORDS = 300;

function printable(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
