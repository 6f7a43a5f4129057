import { type Expiring, StorageError } from '@icechunk/storage-core';

/** What a request is authorised with. */
export interface Token extends Expiring {
  /** In lower case, `authorization` among them. The same object for as long as the token is. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A {@link Token} of the bearer alone. */
export function bearerToken(bearer: string, expiresAfter?: Date): Token {
  return { headers: { authorization: `Bearer ${bearer}` }, ...(expiresAfter && { expiresAfter }) };
}

/**
 * The {@link Token} in the headers that `google-auth-library` gives: a `Headers` since its version 10, a plain object before.
 *
 * @param expiryMs When the library says that it ends, as far as it does.
 * @throws {@link StorageError} `unauthenticated` where they hold neither a token nor an API key.
 */
export function tokenFromHeaders(
  given: Headers | Readonly<Record<string, string>>,
  expiryMs: number | null | undefined,
): Token {
  const headers = Object.fromEntries(new Headers(given as Record<string, string>));
  // What a token endpoint left out stands in the library's header in words (google-auth-library 11.3, seen 2026-11).
  const isBlank = /^(Bearer( undefined| null)?)?$/.test(headers['authorization'] ?? '');
  if (isBlank && !headers['x-goog-api-key']) {
    throw new StorageError({ kind: 'unauthenticated', message: 'google-auth-library gave no token' });
  }
  const expiresMs = laterThanNow(expiryMs) ?? expiryOfJwt(headers['authorization'] ?? '');
  return { headers, ...(expiresMs !== undefined && { expiresAfter: new Date(expiresMs) }) };
}

// The library marks a client that has not asked yet with an expiry of 1 ms, and leaves it so where it signs tokens by itself.
function laterThanNow(expiryMs: number | null | undefined): number | undefined {
  return expiryMs && expiryMs > Date.now() ? expiryMs : undefined;
}

/** When a token that was signed here ends; undefined for Google's own, which say nothing of themselves. */
function expiryOfJwt(authorization: string): number | undefined {
  const payload = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/.exec(authorization)?.[1];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { readonly exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
