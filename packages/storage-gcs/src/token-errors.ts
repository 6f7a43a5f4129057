import {
  errorFromNetwork,
  errorFromStatus,
  isStorageError,
  StorageError,
  withoutSecrets,
} from '@icechunk/storage-core';

interface AuthFailure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly response?: { readonly status?: unknown; readonly data?: unknown };
}

/**
 * Whatever `google-auth-library` threw, as a {@link StorageError} in which nothing of it is left but words.
 *
 * Its errors hold the request: a signed assertion, a refresh token, a client's secret.
 *
 * @param name Whose token was asked for: an option, or a variable of the environment.
 */
export function errorFromAuth(err: unknown, name: string): StorageError {
  if (isStorageError(err)) return err;
  const { response, code, message } = Object(err) as AuthFailure;
  if (typeof response?.status === 'number') return errorFromAnswer(response.status, response.data, name);
  const network = errorFromNetwork(err);
  if (network) return failure(network, `no token could be had for ${name}, since ${network.detail}`);
  if (/^ERR_(OSSL|CRYPTO)/.test(String(code))) {
    return new StorageError({
      kind: 'invalid_options',
      message: `${name} holds a private_key that cannot be used to sign`,
      providerCode: String(code),
    });
  }
  const words = typeof message === 'string' && message !== '' ? `: ${withoutSecrets(message)}` : '';
  return new StorageError({ kind: 'unauthenticated', message: `no token could be had for ${name}${words}` });
}

function errorFromAnswer(status: number, data: unknown, name: string): StorageError {
  const { error, error_description: description } = Object(data) as Readonly<Record<string, unknown>>;
  const code = typeof error === 'string' && /^\w{1,60}$/.test(error) ? error : undefined;
  const said = [code, typeof description === 'string' ? withoutSecrets(description) : undefined].filter(Boolean);
  const words = said.length === 0 ? '' : ` (${said.join(': ')})`;
  const rule = errorFromStatus({ status });
  // A token endpoint says 400 to what is wrong with the credentials (RFC 6749, 5.2, seen 2026-11).
  const kind = rule.retry === 'again' ? rule.kind : 'unauthenticated';
  const retry = rule.retry === 'again' ? 'again' : 'no';
  return new StorageError({ kind, retry, status, message: `no token was given for ${name}${words}` });
}

function failure({ kind, retry, providerCode }: StorageError, message: string): StorageError {
  return new StorageError({ kind, retry, message, ...(providerCode !== undefined && { providerCode }) });
}
