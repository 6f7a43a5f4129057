import { errorFromNetwork, errorFromStatus, isStorageError, StorageError } from '@icechunk/storage-core';
import { type BucketPlace, noBucketAt } from './bucket-place.ts';
import { explanationIn, isPage } from './explanation.ts';
import { ownMeaning } from './own-meaning.ts';

/** An answer that is no success, with the text of its body. */
export interface FailedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/**
 * The error that an answer comes to: core's table of reasons and statuses decides, but for what only Google says.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11)
 */
export function errorFromAnswer({ status, headers, text }: FailedAnswer, place: BucketPlace): StorageError {
  const { reason, message } = explanationIn(text);
  const meaning = ownMeaning({ status, text, reason, message }, place);
  if (!meaning) return errorFromStatus({ status, providerCode: reason, message, retryAfter: headers['retry-after'] });
  return new StorageError({
    ...meaning,
    status,
    ...(reason !== undefined && /^[\w.-]{1,100}$/.test(reason) && { providerCode: reason }),
  });
}

/**
 * True where the text of a 412 is a word on the request's condition, or none at all, as emulators answer.
 *
 * Google has other reasons for 412, a policy of the organisation among them, and so have proxies: whoever took those for a conflict
 * would try again for ever.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11)
 */
export function isConditionRefusal(text: string): boolean {
  const { reason } = explanationIn(text);
  // The second is the XML API's.
  return reason === undefined ? !isPage(text, reason) : /^(conditionNotMet|PreconditionFailed)$/.test(reason);
}

/** Whatever came of sending a request, as a {@link StorageError}. */
export function errorFromSending(err: unknown): StorageError {
  if (isStorageError(err)) return err;
  const code = String((err as { readonly code?: unknown } | null)?.code ?? '');
  if (closedCodes.has(code)) return new StorageError({ kind: 'closed', message: 'the storage was closed', cause: err });
  // undici's own word for a connection that was given up, and Node's for a stream of HTTP/2 that was reset (seen 2026-11).
  if (code === 'UND_ERR_INFO' || code.startsWith('ERR_HTTP2_'))
    return new StorageError({ kind: 'unavailable', message: 'the connection broke', providerCode: code, cause: err });
  return (
    errorFromNetwork(err) ??
    new StorageError({ kind: 'unknown', message: 'the request failed in a way that nothing explains', cause: err })
  );
}

/** For a request that needs nothing but the bucket, and is answered with 404. */
export function noBucket(place: BucketPlace): StorageError {
  return new StorageError({ kind: 'invalid_options', message: noBucketAt(place), status: 404 });
}

/** For an answer that says success and makes no sense. What it says is not shown: it may hold anything. */
export function badAnswer(message: string, status: number): StorageError {
  return new StorageError({ kind: 'bad_response', message, status });
}

const closedCodes: ReadonlySet<string> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);
