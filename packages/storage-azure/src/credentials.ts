import type { AccessToken, TokenCredential } from '@azure/identity';
import {
  type CredentialSource,
  cachedCredentials,
  type Expiring,
  fixedCredentials,
  StorageError,
} from '@icechunk/storage-core';
import type { AzureCredentials } from './options.ts';
import { parseSas, sasFault } from './sas.ts';
import { passingFailure } from './token-failure.ts';

/** What a request is authorised with. */
export type Credentials = (
  | { readonly accountKey: string }
  | { readonly sasToken: string }
  | { readonly bearerToken: string }
  | { readonly anonymous: true }
) &
  Expiring;

/** Where the credentials of each request come from. */
export type AzureSource = CredentialSource<Credentials>;

/** The scope of tokens for Azure Storage, in every cloud (https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory, seen 2026-11). */
export const STORAGE_SCOPE = 'https://storage.azure.com/.default';

/**
 * Credentials that never change.
 *
 * @param name What errors call them: the option or the variable that they come from.
 * @throws {@link StorageError} `invalid_options` where they cannot be right.
 */
export function fixedSource(credentials: Credentials, name: string): AzureSource {
  const fault = faultOf(credentials, Date.now());
  if (fault !== undefined) throw new StorageError({ kind: 'invalid_options', message: `${name} ${fault}` });
  return fixedCredentials(tidied(credentials));
}

/** Credentials of a callback's, renewed before they end: a shared access signature says by itself when. */
export function callbackSource(getCredentials: () => Promise<AzureCredentials> | AzureCredentials): AzureSource {
  return cachedCredentials<Credentials>(async () => tidied((await getCredentials()) as Credentials), {
    faultOf: callbackFault,
  });
}

/**
 * The tokens of a credential of `@azure/identity`, or of something like it.
 *
 * @param load Called before the first token, once.
 * @param name What errors call it.
 */
export function tokenSource(load: () => Promise<TokenCredential> | TokenCredential, name: string): AzureSource {
  let credential: TokenCredential | undefined;
  const fetch = async (abortSignal: AbortSignal): Promise<Credentials> => {
    credential ??= await load();
    const token = await tokenOf(credential, abortSignal, name);
    if (!token) throw new StorageError({ kind: 'unauthenticated', message: `${name} gave no token` });
    return { bearerToken: token.token, expiresAfter: new Date(token.expiresOnTimestamp) };
  };
  return cachedCredentials(fetch, { name, faultOf: callbackFault });
}

async function tokenOf(
  credential: TokenCredential,
  abortSignal: AbortSignal,
  name: string,
): Promise<AccessToken | null> {
  try {
    return await credential.getToken(STORAGE_SCOPE, { abortSignal });
  } catch (err) {
    throw passingFailure(err, name) ?? err;
  }
}

// A copy, since callbacks may give one object time and again and change it. Once, so that no request has to take the signature apart
// again.
function tidied(given: Credentials): Credentials {
  if (typeof given !== 'object' || given === null) return given;
  const { sasToken, expiresAfter } = given as { readonly sasToken?: unknown } & Expiring;
  const sas = typeof sasToken === 'string' ? parseSas(sasToken) : 'none';
  if (typeof sas === 'string') return { ...given };
  return { ...given, sasToken: sas.query, expiresAfter: expiresAfter ?? sas.expiresAfter };
}

const kinds = ['accountKey', 'sasToken', 'bearerToken'] as const;

function callbackFault(credentials: Credentials): string | undefined {
  const fields: Readonly<Record<string, unknown>> = { ...credentials };
  const given = kinds.filter((kind) => fields[kind] !== undefined);
  if (given.length !== 1) return 'one of accountKey, sasToken and bearerToken is needed';
  const fault = faultOf(credentials, Date.now());
  return fault === undefined ? undefined : `${given[0]} ${fault}`;
}

/** What is wrong with credentials, in words that go on from their name and hold no value. */
function faultOf(credentials: Credentials, nowMs: number): string | undefined {
  if ('accountKey' in credentials) return keyFault(credentials.accountKey);
  if ('sasToken' in credentials)
    return typeof credentials.sasToken === 'string' ? sasFault(credentials.sasToken, nowMs) : 'takes a string';
  return 'bearerToken' in credentials ? tokenFault(credentials.bearerToken) : undefined;
}

// Node's decoder leaves out what is no base64, and would sign with what remains.
function keyFault(key: unknown): string | undefined {
  const isBase64 = typeof key === 'string' && key !== '' && key.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(key);
  return isBase64 ? undefined : 'takes one of the keys of the account, in base64';
}

// RFC 6750, 2.1 (seen 2026-11).
function tokenFault(token: unknown): string | undefined {
  if (typeof token === 'string' && /^Bearer /i.test(token)) return 'takes the token without the word Bearer';
  return typeof token === 'string' && /^[A-Za-z0-9\-._~+/]+=*$/.test(token) ? undefined : 'takes an access token';
}
