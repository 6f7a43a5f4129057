import {
  errorFromNetwork,
  errorFromStatus,
  isStorageError,
  StorageError,
  type StorageErrorKind,
} from '@icechunk/storage-core';

/** An answer that is no success, with the text of its body. */
export interface FailedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Which bucket was asked for, and where. */
export interface BucketPlace {
  readonly bucket: string;
  /** Without a query, and without a user. */
  readonly baseUrl: string;
}

/** What an answer says of what went wrong. */
interface Explanation {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * The error that an answer comes to: core's table of reasons and statuses decides, but for what only Google says.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11)
 */
export function errorFromAnswer({ status, headers, text }: FailedAnswer, place: BucketPlace): StorageError {
  const { reason, message } = explanationIn(text);
  const [kind, hint] =
    isPage(text, reason) && status === 404 ? notGoogle : (ownMeaning(place, status, reason, message) ?? []);
  if (kind === undefined || hint === undefined) {
    return errorFromStatus({ status, providerCode: reason, message, retryAfter: headers['retry-after'] });
  }
  return new StorageError({
    kind,
    message: hint,
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

function noBucketAt({ bucket, baseUrl }: BucketPlace): string {
  return `there is no bucket "${bucket}" at ${baseUrl}`;
}

/** For an answer that says success and makes no sense. What it says is not shown: it may hold anything. */
export function badAnswer(message: string, status: number): StorageError {
  return new StorageError({ kind: 'bad_response', message, status });
}

const closedCodes: ReadonlySet<string> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

const badArguments: ReadonlySet<string> = new Set([
  'invalid',
  'invalidParameter',
  'badRequest',
  'required',
  'parseError',
]);

function ownMeaning(
  place: BucketPlace,
  status: number,
  reason = '',
  message = '',
): readonly [kind: StorageErrorKind, hint: string] | undefined {
  if (status >= 300 && status < 400)
    return ['bad_response', 'the endpoint leads elsewhere, and is not followed: it would be given the credentials'];
  // An object and a bucket that are missing have one reason, and differ in words alone.
  if (status === 404 && /\bspecified bucket does not exist\b/i.test(message))
    return ['invalid_options', noBucketAt(place)];
  if (/^userProjectMissing$/i.test(reason) || /\brequester[ -]pays\b.*\bno user project\b/i.test(message))
    return ['invalid_options', 'whoever asks has to pay for requests to this bucket: set `userProject`'];
  // No credentials were refused, none were sent: what others answer 403 to, also for an object that is missing.
  if (status === 401 && message.startsWith('Anonymous caller does not have '))
    return ['permission_denied', `nobody may do this without credentials ("${shortened(message)}")`];
  if (status === 403 && reason === 'accountDisabled')
    return ['permission_denied', 'the account or the billing of the project is disabled'];
  // Both may be sent again, under the condition that they had; of a copy's token that has ended, the copy is begun anew.
  if (status === 409) return ['unavailable', 'another request was changing the same object'];
  if (status === 410) return ['unavailable', 'the provider has forgotten how far the request came'];
  if (status === 412 && reason === 'orgPolicyConstraintFailed')
    return ['permission_denied', `a policy of the organisation forbids it ("${shortened(message)}")`];
  if (status === 400 && badArguments.has(reason))
    return ['invalid_options', `the provider refuses an argument of the request ("${shortened(message)}")`];
  return undefined;
}

// To take it for a missing object would be to call deleted what is still there.
const notGoogle: readonly [kind: StorageErrorKind, hint: string] = [
  'bad_response',
  'a page says that there is nothing here, and the provider answers otherwise: the address of the endpoint may be wrong',
];

function isPage(text: string, reason: string | undefined): boolean {
  return reason === undefined && text.trimStart().startsWith('<');
}

function shortened(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

// JSON of the API, XML of ranges that make no sense and of proxies, or plain text.
function explanationIn(text: string): Explanation {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return explanationInJson(trimmed);
  if (trimmed.startsWith('<'))
    return { reason: /<Code>([^<]*)</.exec(trimmed)?.[1], message: /<Message>([^<]*)</.exec(trimmed)?.[1] };
  return { message: trimmed };
}

function explanationInJson(text: string): Explanation {
  try {
    const { error, error_description: description } = JSON.parse(text) as {
      readonly error?: unknown;
      readonly error_description?: unknown;
    };
    if (typeof error !== 'object' || error === null) return { reason: textOf(error), message: textOf(description) };
    const { errors, message, status } = error as Record<string, unknown>;
    const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
    const reason = textOf((first as { readonly reason?: unknown } | undefined)?.reason) ?? textOf(status);
    return { reason, message: textOf(message) };
  } catch {
    return { message: text };
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
