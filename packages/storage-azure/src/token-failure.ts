import { errorFromNetwork, errorFromStatus, isStorageError, StorageError } from '@icechunk/storage-core';

/** What is used of the errors of `@azure/identity` and of the SDK's own. */
interface TokenFailure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
}

/**
 * Why no token could be had, as an error that is tried again, where the reason may pass: the network, or an endpoint that is busy.
 *
 * @param name Whose token it was. Nothing else is said: such errors hold what was sent.
 * @returns undefined for every other failure, and for a chain of credentials: that one of them found no network says only that it is
 * none of this machine's.
 */
export function passingFailure(err: unknown, name: string): StorageError | undefined {
  const { name: kind, message, statusCode } = Object(err) as TokenFailure;
  if (isStorageError(err) || String(kind).startsWith('Aggregate')) return undefined;
  const network = errorFromNetwork(err);
  if (network) return unavailable(`no token could be had for ${name}, since ${network.detail}`, network);
  if (typeof statusCode === 'number') {
    const answer = errorFromStatus({ status: statusCode });
    return answer.retry === 'again'
      ? unavailable(`no token was given for ${name}: ${answer.detail}`, answer)
      : undefined;
  }
  return offline.test(String(message))
    ? unavailable(`no token could be had for ${name}: there is no network`)
    : undefined;
}

// MSAL's words for it, which are all that `@azure/identity` leaves of the failure (4.14, measured 2026-11).
const offline = /^(endpoints_resolution_error|network_error|no_network_connectivity)\b/;

function unavailable(message: string, { retry, providerCode, status }: Partial<StorageError> = {}): StorageError {
  return new StorageError({
    kind: 'unavailable',
    message,
    ...(retry && { retry }),
    ...(providerCode !== undefined && { providerCode }),
    ...(status !== undefined && { status }),
  });
}
