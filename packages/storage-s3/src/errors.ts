import { errorFromNetwork, errorFromStatus, isStorageError, StorageError } from '@icechunk/storage-core';

/** An answer that is no success, as far as it explains itself. */
export interface FailedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the error document, which a HEAD has none of. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly cause?: unknown;
}

/** What is known of the request that failed. */
export interface FailedRequest {
  /** A HEAD is answered without an error document, so that only its status and headers tell what went wrong. */
  readonly isHead?: boolean;
  /** The region that the request was signed for. */
  readonly region?: string | undefined;
  /** The bucket and where it was looked for, in words: `"b" at https://host`. */
  readonly bucketPlace?: string | undefined;
  /** What of the request a store may not offer, and the setting that leaves it out. */
  readonly hint?: string | undefined;
}

/**
 * The error that an answer comes to.
 *
 * Core's table of codes and statuses decides, but for what only S3 says: where the bucket really is, an archived object, a
 * conflict without a code, and a HEAD's refusal without a word.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (seen 2026-11)
 */
export function errorFromAnswer(answer: FailedAnswer, request: FailedRequest = {}): StorageError {
  const { status, message, cause, headers } = answer;
  // MinIO names its code in a header, too, so that a HEAD is explained.
  const code = answer.code ?? headers['x-minio-error-code'];
  const said = { status, providerCode: code, cause };
  const wrongPlace = rightPlace({ ...answer, code }, request) ?? missingBucket(code, request);
  if (wrongPlace) return final('invalid_options', wrongPlace, said);
  if (status === 501 || code === 'NotImplemented') {
    const advice = request.hint ? `: ${request.hint}` : '';
    return final('unsupported', `the store does not offer this operation, or not with these headers${advice}`, said);
  }
  if (code === 'InvalidObjectState')
    return final('unsupported', 'the object is archived, and must be restored before it can be read', said);
  if (refusedKeyCodes.has(code ?? '')) return final('invalid_path', 'the store takes no such key', said);
  if (status === 409 && code === undefined) return transient('another request for the same object is under way', said);
  if (status === 307) return transient('the address of the bucket is not known everywhere yet', said);
  if (status === 400 && request.isHead && code === undefined) return refusedHead(said);
  return errorFromStatus({ ...said, message, retryAfter: headers['retry-after'] });
}

/**
 * Whatever the SDK throws, as a {@link StorageError}. One that comes from the credentials passes as it is.
 *
 * The status decides before the name, which the SDK makes up where there is no error document and gives to resets and
 * timeouts alike.
 */
export function errorFromSdk(err: unknown, request: FailedRequest = {}): StorageError {
  if (isStorageError(err)) return err;
  const { $metadata, $response, ...fields } = asSdkError(err);
  const status = $metadata?.httpStatusCode;
  if (typeof status !== 'number') return errorFromNetwork(err) ?? unanswered(err, fields);
  const document = { ...fields.Error, ...fields };
  const error = errorFromAnswer(
    {
      status,
      headers: $response?.headers ?? {},
      code: text(document.Code),
      // Without a code the words are the SDK's own, about what it could not read.
      ...(document.Code !== undefined && { message: text(document.Message) ?? text(document.message) }),
      region: text(document.Region),
      endpoint: text(document.Endpoint),
      cause: err,
    },
    request,
  );
  return $metadata?.clockSkewCorrected ? withRightClock(error, err) : error;
}

type Said = { readonly status: number; readonly providerCode: string | undefined; readonly cause: unknown };

function final(kind: 'invalid_options' | 'invalid_path' | 'unsupported', message: string, said: Said): StorageError {
  return new StorageError({ ...fieldsOf(said), kind, message });
}

function transient(message: string, said: Said): StorageError {
  return new StorageError({ ...fieldsOf(said), kind: 'unavailable', message });
}

// A HEAD's answer has no body to hold a code: of `ExpiredToken` the 400 alone is left
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, seen 2026-11).
function refusedHead(said: Said): StorageError {
  return new StorageError({
    ...fieldsOf(said),
    kind: 'unauthenticated',
    retry: 'after_refresh',
    message: 'the provider refused the request without a word, as it does where credentials have expired',
  });
}

function fieldsOf({ status, providerCode, cause }: Said): { status: number; providerCode?: string; cause: unknown } {
  return { status, ...(providerCode !== undefined && { providerCode }), cause };
}

// MinIO keeps keys as folders and files, and has no place for some (seen 2026-11).
const refusedKeyCodes: ReadonlySet<string> = new Set(['XMinioInvalidObjectName', 'XMinioInvalidResourceName']);

const wrongPlaceCodes: ReadonlySet<string> = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
]);

/** Where the bucket is, in words; undefined where the answer does not say that it is elsewhere. */
function rightPlace(
  { status, code, headers, region, endpoint }: FailedAnswer,
  request: FailedRequest,
): string | undefined {
  const right = headers['x-amz-bucket-region'] ?? region;
  const isElsewhere = right !== undefined && right !== request.region;
  if (status !== 301 && !wrongPlaceCodes.has(code ?? '') && !(status === 400 && isElsewhere)) return undefined;
  const asked = request.region === undefined ? '' : `, and the request was signed for "${request.region}"`;
  if (isElsewhere) return `the bucket is in the region "${right}"${asked}: set \`region\``;
  if (endpoint !== undefined) return `the bucket is at "${endpoint}": set \`endpointUrl\` or \`region\``;
  return `the bucket is in another region or at another endpoint${asked}: set \`region\` or \`endpointUrl\``;
}

function missingBucket(code: string | undefined, { bucketPlace }: FailedRequest): string | undefined {
  return code === 'NoSuchBucket' && bucketPlace !== undefined ? `there is no bucket ${bucketPlace}` : undefined;
}

/** The SDK corrects its clock by the answer's date, so that the next request is signed with the right one. */
function withRightClock(error: StorageError, cause: unknown): StorageError {
  if (!isStorageError(error, 'unauthenticated', 'permission_denied')) return error;
  const { status, providerCode = 'RequestTimeTooSkewed' } = error;
  if (providerCode !== 'RequestTimeTooSkewed') return error;
  return new StorageError({
    kind: 'unauthenticated',
    retry: 'again',
    message: "this machine's clock is too far from the provider's",
    ...(status !== undefined && { status }),
    providerCode,
    cause,
  });
}

/** A failure without an answer that has no code of the network's. */
function unanswered(cause: unknown, { name, message: said = '' }: SdkError): StorageError {
  if (name === 'CredentialsProviderError')
    return new StorageError({ kind: 'unauthenticated', message: 'no credentials were found', cause });
  // The SDK's own timers, for the connection and for the socket, give no code.
  if (name === 'TimeoutError')
    return new StorageError({ kind: 'timeout', message: 'the network did not answer in time', cause });
  if (name === 'TypeError' && ofFetch.test(said)) {
    const message = 'no answer came: the network failed, or the bucket does not let this page ask it (CORS)';
    return new StorageError({ kind: 'unavailable', message, cause });
  }
  return new StorageError({ kind: 'unknown', message: 'the SDK failed in a way that it did not explain', cause });
}

// All that browsers tell of a failed `fetch`, Chrome with the host behind it
// (https://github.com/sindresorhus/is-network-error, seen 2026-11).
const ofFetch =
  /^(?:Failed to fetch|NetworkError when attempting to fetch|The Internet connection appears|Load failed|Network request failed)/;

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  /** Fields of the error document; where the SDK does not know the code, they are also below `Error`. */
  readonly Code?: unknown;
  readonly Message?: unknown;
  readonly Region?: unknown;
  readonly Endpoint?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly Error?: Pick<SdkError, 'message' | 'Code' | 'Message' | 'Region' | 'Endpoint'>;
}

function asSdkError(err: unknown): SdkError {
  if (typeof err !== 'object' || err === null) return {};
  const { name, message, $metadata, $response, Error: document, Code, Message, Region, Endpoint } = err as SdkError;
  const fields = { name, message, $metadata, $response, Error: document, Code, Message, Region, Endpoint };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

// `UnknownError` is what the SDK says where the provider says nothing.
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== 'UnknownError' ? value : undefined;
}
