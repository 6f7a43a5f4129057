import { errorFromNetwork, errorFromStatus, isStorageError, StorageError } from '@icechunk/storage-core';
import { type ContainerAddress, placeOf } from './container-place.ts';

/** What an answer that is no success says of itself. */
export interface AzureFailure {
  /** Absent where no answer came. */
  readonly status?: number | undefined;
  /** `x-ms-error-code`. */
  readonly code?: string | undefined;
}

/** What is used of the SDK's `RestError`: any copy of the SDK, and a caller's own, may have made it. */
interface RestFailure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly details?: { readonly errorCode?: unknown; readonly message?: unknown } | undefined;
  readonly response?:
    | { readonly headers?: { get?(name: string): string | undefined }; readonly bodyAsText?: unknown }
    | undefined;
}

/**
 * Status and provider code of whatever the SDK threw.
 *
 * The answer to a HEAD, and a 304, have no body, which is where the SDK gets `code` from; `details` has the header's.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2 (seen 2026-11)
 */
export function failureOf(err: unknown): AzureFailure {
  const { statusCode, details, code } = fieldsOf(err);
  if (typeof statusCode !== 'number') return {};
  const said = [details?.errorCode, code];
  return { status: statusCode, code: said.find((one): one is string => typeof one === 'string' && one !== '') };
}

/**
 * Whatever the SDK threw, as a {@link StorageError}: itself where it is one.
 *
 * @param container Where the request went: an error that there is no such container names it, and its service.
 *
 * Only what Azure says in words is kept of an answer: the SDK's error holds the request with its authorisation.
 */
export function errorFromAzure(err: unknown, container?: ContainerAddress): StorageError {
  if (isStorageError(err)) return err;
  const { status, code } = failureOf(err);
  if (status !== undefined) return errorFromAnswer(err, status, code, container);
  return errorFromNetwork(err) ?? errorWithoutAnswer(err);
}

function errorFromAnswer(
  err: unknown,
  status: number,
  code: string | undefined,
  container: ContainerAddress | undefined,
): StorageError {
  const { details } = fieldsOf(err);
  const retryAfter = headerOf(err, 'retry-after');
  // An answer that reads as a success, and was none: it broke off, or something between here and Azure made it.
  if (status >= 200 && status < 300) return garbled(err, 'bad_response');
  if (status === 404 && isPage(err)) {
    const message =
      'a page says that there is nothing here, and Azure answers otherwise: the address of the endpoint may be wrong';
    return new StorageError({ kind: 'bad_response', message, status });
  }
  if (code === 'ContainerNotFound' && container) {
    const { name, serviceUrl } = placeOf(container);
    const message = `there is no container "${name}" at ${serviceUrl}`;
    return new StorageError({ kind: 'invalid_options', message, status, providerCode: code });
  }
  // Azurite's answer to a wrong key has the words of AuthenticationFailed, and the code by which Azure means a firewall (3.37, seen 2026-11).
  if (code === 'AuthorizationFailure' && isUnauthenticated(details?.message)) {
    const message = 'the provider does not take the credentials ("Server failed to authenticate the request")';
    return new StorageError({ kind: 'unauthenticated', retry: 'after_refresh', message, status, providerCode: code });
  }
  return errorFromStatus({
    status,
    ...(code !== undefined && { providerCode: code }),
    ...(typeof details?.message === 'string' && { message: firstLine(details.message) }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

// To take it for a missing object would be to call deleted what is still there. Azure names its own code in a header.
function isPage(err: unknown): boolean {
  const text = fieldsOf(err).response?.bodyAsText;
  return typeof text === 'string' && text.trimStart().startsWith('<') && headerOf(err, 'x-ms-error-code') === undefined;
}

function isUnauthenticated(message: unknown): boolean {
  return typeof message === 'string' && message.startsWith('Server failed to authenticate the request');
}

function errorWithoutAnswer(err: unknown): StorageError {
  const { name, code, message } = fieldsOf(err);
  // The SDK's word for a connection that is reset while a body comes (Azure/azure-sdk-for-js#32268, seen 2026-11). What the
  // caller aborted is told by the caller's signal, in core.
  if (name === 'AbortError') {
    return new StorageError({ kind: 'unavailable', message: 'the connection broke', cause: err });
  }
  // A listing or an error whose body broke off.
  if (code === 'PARSE_ERROR') return garbled(err, 'unavailable');
  // `download` refuses an answer without a length or an etag so.
  if (name === 'RangeError') return garbled(err, 'bad_response');
  if (isTokenFailure(name)) {
    return new StorageError({ kind: 'unauthenticated', message: 'no token could be had', cause: err });
  }
  if (typeof message === 'string' && message.includes('not permitted for non-TLS')) {
    const why = 'a token is only sent over https: give an https endpoint, or another credential';
    return new StorageError({ kind: 'invalid_options', message: why });
  }
  return new StorageError({ kind: 'unknown', message: 'the Azure SDK failed and did not explain it', cause: err });
}

function garbled(cause: unknown, kind: 'bad_response' | 'unavailable'): StorageError {
  return new StorageError({ kind, message: 'the answer could not be read', retry: 'again', cause });
}

// What `@azure/identity` throws, by name: the package may not be there.
function isTokenFailure(name: unknown): boolean {
  return (
    typeof name === 'string' && /^(Aggregate)?(Authentication|CredentialUnavailable)|^AuthenticationRequired/.test(name)
  );
}

function fieldsOf(err: unknown): RestFailure {
  return typeof err === 'object' && err !== null ? (err as RestFailure) : {};
}

function headerOf(err: unknown, name: string): string | undefined {
  return fieldsOf(err).response?.headers?.get?.(name);
}

// The lines after it are the request's id and time, and for a refused signature all that was signed.
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
