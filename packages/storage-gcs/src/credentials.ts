import { type CredentialSource, cachedCredentials, fixedCredentials, StorageError } from '@icechunk/storage-core';
import { toAuthorization } from './authorization.ts';
import { askAuthClient, type CallersAuthClient, type CallersStorage, expire, isAnonymous } from './callers-client.ts';
import type { EnvironmentCredentials } from './environment.ts';
import { type TokenRequest, tokenForKey, tokenFromMetadataServer } from './google-auth.ts';
import { checkKey, type GoogleKey, parseKey, readKeyFile } from './key-file.ts';
import { LastingToken } from './lasting-token.ts';
import { type GcsBearerCredential, type GcsCredentialForm, type GcsStorageOptions, tokenRule } from './options.ts';
import type { Authorization } from './target.ts';
import { bearerToken, type Token } from './token.ts';
import { errorFromAuth } from './token-errors.ts';

/** What tokens may do (https://cloud.google.com/storage/docs/oauth-scopes, seen 2026-11). */
const READ_WRITE = 'https://www.googleapis.com/auth/devstorage.read_write';
const READ_ONLY = 'https://www.googleapis.com/auth/devstorage.read_only';

/** What tokens are made for. */
interface Place {
  readonly scope: string;
  readonly baseUrl: string;
}

/**
 * Who asks, from options that have been checked. Nothing is read, asked for or loaded yet: that is for the first request.
 *
 * Tokens are asked for once, however many requests wait, and again before they end; a file is read anew each time.
 *
 * @param environment With `fromEnv`.
 * @throws {@link StorageError} `invalid_options`, naming the option or variable, for keys that are no file.
 */
export function authorizationOf(
  options: GcsStorageOptions,
  form: GcsCredentialForm,
  { baseUrl, environment }: { readonly baseUrl: string; readonly environment?: EnvironmentCredentials | undefined },
): Authorization {
  const place = { baseUrl, scope: options.readOnly ? READ_ONLY : READ_WRITE };
  return toAuthorization(sourceOf(options, form, { place, environment }), options.userProject !== undefined);
}

type Context = { readonly place: Place; readonly environment: EnvironmentCredentials | undefined };

function sourceOf(options: GcsStorageOptions, form: GcsCredentialForm, { place, environment }: Context): Source {
  switch (form) {
    case 'fromEnv':
      return sourceOfEnvironment(environment ?? { kind: 'default' }, place);
    case 'serviceAccountFile':
      return fileSource({ name: form, value: options[form] as string }, place, true);
    case 'applicationCredentials':
      return fileSource({ name: form, value: options[form] as string }, place, false);
    case 'serviceAccountKey':
      return keySource({ name: form, value: options[form] }, place);
    case 'bearerToken':
      return new LastingToken(bearerToken(options[form] as string, options.expiresAfter));
    case 'getCredentials':
      return callbackSource(options[form] as () => Promise<GcsBearerCredential>);
    case 'authClient':
      return callersSource(form, () => options[form] as CallersAuthClient, place);
    case 'client':
      return storageSource(options[form] as CallersStorage, place);
    case 'anonymous':
      return anonymous;
  }
}

type Source = CredentialSource<Token>;

const anonymous: Source = fixedCredentials<Token>({ headers: {} });

function sourceOfEnvironment(credentials: EnvironmentCredentials, place: Place): Source {
  switch (credentials.kind) {
    case 'anonymous':
      return anonymous;
    case 'token':
      return tokenSource(credentials.variable.name, credentials.variable.value);
    case 'service_account_file':
      return fileSource(credentials.variable, place, true);
    case 'service_account_key':
      return keySource(credentials.variable, place);
    case 'application_credentials':
      return fileSource(credentials.variable, place, false);
    case 'default':
      return defaultSource(credentials.gcloudFile, place);
  }
}

function tokenSource(name: string, token: string): Source {
  if (!tokenRule.holds(token)) throw invalid(`${name} takes ${tokenRule.says}`);
  return new LastingToken(bearerToken(token));
}

function fileSource({ name, value: path }: Named<string>, place: Place, serviceAccountOnly: boolean): Source {
  return googleSource(name, place, () => readKeyFile(path, { name, serviceAccountOnly }));
}

function keySource({ name, value }: Named<unknown>, place: Place): Source {
  const expectation = { name, serviceAccountOnly: true };
  const key = checkKey(parseKey(value, expectation), expectation);
  return googleSource(name, place, async () => key);
}

interface Named<T> {
  readonly name: string;
  readonly value: T;
}

function defaultSource(gcloudFile: string | undefined, place: Place): Source {
  const name = 'fromEnv';
  return cached(name, async (signal) => {
    const request = { ...place, signal };
    const key = gcloudFile === undefined ? undefined : await readIfThere(gcloudFile);
    return key ? await tokenForKey(key, request) : await tokenFromMetadataServer(request);
  });
}

async function readIfThere(path: string): Promise<GoogleKey | undefined> {
  const { access } = await import('node:fs/promises');
  const isThere = await access(path).then(
    () => true,
    (err: { readonly code?: string }) => err.code !== 'ENOENT' && err.code !== 'ENOTDIR',
  );
  return isThere ? await readKeyFile(path, { name: "gcloud's file", serviceAccountOnly: false }) : undefined;
}

function googleSource(name: string, place: Place, key: () => Promise<GoogleKey>): Source {
  return cached(name, async (signal) => await tokenForKey(await key(), { ...place, signal } satisfies TokenRequest));
}

function cached(name: string, fetch: (signal: AbortSignal) => Promise<Token>): Required<Source> {
  const explained = (signal: AbortSignal): Promise<Token> =>
    fetch(signal).catch((err: unknown) => {
      throw errorFromAuth(err, name);
    });
  return cachedCredentials(explained, { name });
}

function callbackSource(getCredentials: () => Promise<GcsBearerCredential>): Source {
  return cached('getCredentials', async () => {
    const given = Object(await getCredentials()) as GcsBearerCredential;
    if (tokenRule.holds(given.bearer)) return bearerToken(given.bearer, given.expiresAfter);
    throw invalid(`getCredentials gave no usable credentials: bearer takes ${tokenRule.says}`);
  });
}

function callersSource(
  name: string,
  client: () => CallersAuthClient | Promise<CallersAuthClient>,
  place: Place,
): Source {
  const source = cached(name, async () => await askAuthClient(await client(), place.baseUrl));
  return {
    get: (signal) => source.get(signal),
    refresh: async (options) => {
      const held = await source.get(options?.signal);
      if (held === (options?.refused ?? held)) expire(await client());
      return await source.refresh(options);
    },
  };
}

function storageSource(client: CallersStorage, place: Place): Source {
  if (isAnonymous(client)) return anonymous;
  return callersSource('client', () => client.authClient.getClient(), place);
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
