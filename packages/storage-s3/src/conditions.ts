import { isStorageError, type StorageError, type VersionInfo, type WriteCondition } from '@icechunk/storage-core';

/**
 * An etag as it is sent in a condition: without its quotes.
 *
 * Ceph refuses every `If-Match` in quotes (seen on 16 and 18, 2026-11); all other stores that were tried take it either way, and
 * Icechunk's other clients send it so. What would mean something else without them keeps them: `*`, a list, a weak etag.
 */
export function conditionEtag({ etag = '' }: VersionInfo): string {
  return plainInQuotes.test(etag) ? etag.slice(1, -1) : etag;
}

/** Whether a store takes two versions for the same: Ceph gives an etag in quotes in headers, and bare in XML (its `rgw_rest_s3.cc`, seen 2026-11). */
export function isSameInConditions(one: VersionInfo, other: VersionInfo): boolean {
  return conditionEtag(one) === conditionEtag(other);
}

const plainInQuotes = /^"(?!\*"$)(?!W\/)[\x21\x23-\x2b\x2d-\x7e]+"$/;

/** The condition of a write, as fields of a command. */
export function conditionFields(condition: WriteCondition | undefined): { IfMatch?: string; IfNoneMatch?: string } {
  if (!condition) return {};
  return condition.kind === 'create' ? { IfNoneMatch: '*' } : { IfMatch: conditionEtag(condition.version) };
}

/** The condition of a write, as headers. */
export function conditionHeaders(condition: WriteCondition | undefined): Record<string, string> {
  const { IfMatch, IfNoneMatch } = conditionFields(condition);
  return {
    ...(IfMatch !== undefined && { 'if-match': IfMatch }),
    ...(IfNoneMatch && { 'if-none-match': IfNoneMatch }),
  };
}

/**
 * True where a write failed by its condition: 412; 404 for an update of what is not there; and 304 for a create, which
 * MinIO answered until 2024 (https://github.com/minio/minio/pull/19448, seen 2026-11).
 *
 * AWS tells a missing object from a stale version by 404 `NoSuchKey`. A missing bucket or upload is no answer to a condition.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html (seen 2026-11)
 */
export function isRefusal(err: unknown, condition: WriteCondition | undefined): err is StorageError {
  if (!condition || !isStorageError(err)) return false;
  if (err.status === 412 || err.providerCode === 'PreconditionFailed') return true;
  if (condition.kind === 'create') return err.status === 304;
  return err.kind === 'not_found' && err.providerCode !== 'NoSuchUpload';
}

/** What a store that answers 501 may be asked without; undefined where nothing of it was in the request. */
export function hintFor(
  condition: WriteCondition['kind'] | undefined,
  metadata: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const settings = [
    condition === 'create' && '`unsafeUseConditionalCreate: false` leaves out the condition',
    condition === 'update' && '`unsafeUseConditionalUpdate: false` leaves out the condition',
    metadata && '`unsafeUseMetadata: false` leaves out metadata',
  ].filter(Boolean);
  return settings.length === 0
    ? undefined
    : `of the settings, ${settings.join(', and ')}, at the price that each names`;
}
