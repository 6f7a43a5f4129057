import type { VersionInfo, WriteCondition } from '@icechunk/storage-core';
import { failureOf } from './errors.ts';

/** Conditions as the SDK takes them. */
export interface MatchConditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** The headers of a write's condition. */
export function conditionsOf(condition: WriteCondition | undefined): MatchConditions {
  if (!condition) return {};
  return condition.kind === 'create' ? { ifNoneMatch: '*' } : ifMatch(condition.version);
}

/** The header that asks for one state of an object. */
export function ifMatch({ etag }: VersionInfo): MatchConditions {
  // Never left out: a write would then be unconditional.
  return { ifMatch: etag ?? '' };
}

/**
 * True for a version that Azure cannot have handed out, and would take for more than one: it reads `"*"` as `*`, and takes lists.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations (lists, seen
 * 2026-11)
 */
export function isForeign({ etag }: VersionInfo): boolean {
  return !etag || /[*,]/.test(etag);
}

// 412 also answers leases: `LeaseIdMissing` and its like are no word on the condition. Without a code it is not Azure's: something
// between here and there refused the request, and a conflict would be made up.
const conditionCodes: ReadonlySet<string | undefined> = new Set([
  'ConditionNotMet',
  'TargetConditionNotMet',
  'SourceConditionNotMet',
]);

/**
 * True where an answer says that a condition of the request did not hold.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
export function isConditionFailure(err: unknown): boolean {
  const { status, code } = failureOf(err);
  return status === 412 && conditionCodes.has(code);
}

/**
 * True where an answer to a copy says that the condition on its source did not hold: also where Azure speaks of its own read of the
 * source, which it calls `CannotVerifyCopySource` whatever came of it, with the status that the read had.
 *
 * @see https://github.com/Azure/azure-sdk-for-net/issues/32028 (the status of the read under this code, seen 2026-11)
 */
export function isSourceConditionFailure(err: unknown): boolean {
  const { status, code } = failureOf(err);
  return isConditionFailure(err) || (status === 412 && code === 'CannotVerifyCopySource');
}

/**
 * True where an answer says that the condition of a write did not hold: for a create also 409 `BlobAlreadyExists`, one of many
 * conflicts; for an update also that there is no such blob.
 */
export function isRefusal(err: unknown, condition: WriteCondition | undefined): boolean {
  if (!condition) return false;
  if (isConditionFailure(err)) return true;
  const { status, code } = failureOf(err);
  if (condition.kind === 'create') return status === 409 && code === 'BlobAlreadyExists';
  return status === 404 && code === 'BlobNotFound';
}
