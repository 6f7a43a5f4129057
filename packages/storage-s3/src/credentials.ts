import { type CredentialSource, cachedCredentials, fixedCredentials, StorageError } from '@icechunk/storage-core';
import type { S3Credentials, SdkCredentials, SdkIdentity } from './credential-types.ts';
import { environment, keysOf } from './environment.ts';
import type { AnyOptions, CredentialFormName } from './options.ts';

/**
 * One source of keys for every form that a user may have chosen; undefined where requests go unsigned.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and never its value.
 */
export function credentialSource(
  form: Exclude<CredentialFormName, 'client'>,
  options: AnyOptions,
): CredentialSource<S3Credentials> | undefined {
  switch (form) {
    case 'anonymous':
      return undefined;
    case 'env':
      return cachedCredentials(fromEnvironment, { name: 'fromEnv', faultOf: credentialFault });
    case 'keys':
      return fixedKeys(givenKeys(options), '');
    case 'callback':
      return cachedCredentials(options.getCredentials as () => Promise<S3Credentials>, { faultOf: credentialFault });
    case 'sdk':
      return sdkSource(options.credentials as SdkCredentials);
  }
}

async function fromEnvironment(): Promise<S3Credentials> {
  const keys = keysOf(environment());
  if (keys) return keys;
  const { askProviderChain } = await import('./provider-chain.ts');
  return fromIdentity(await askProviderChain());
}

function givenKeys({ accessKeyId, secretAccessKey, sessionToken, expiresAfter }: AnyOptions): S3Credentials {
  return { accessKeyId: accessKeyId as string, secretAccessKey: secretAccessKey as string, sessionToken, expiresAfter };
}

function sdkSource(credentials: SdkCredentials): CredentialSource<S3Credentials> {
  if (typeof credentials !== 'function') return fixedKeys(fromIdentity(credentials), 'credentials.');
  // The SDK's providers keep what they have: to be asked at all means that it is to be replaced.
  const ask = async () => fromIdentity(await credentials({ forceRefresh: true }));
  return cachedCredentials(ask, { name: 'credentials', faultOf: credentialFault });
}

function fixedKeys(keys: S3Credentials, field: string): CredentialSource<S3Credentials> {
  const fault = credentialFault(keys);
  if (fault !== undefined) throw new StorageError({ kind: 'invalid_options', message: `${field}${fault}` });
  const { expiresAfter } = keys;
  return expiresAfter ? untilTheyEnd(fixedCredentials(keys), expiresAfter) : fixedCredentials(keys);
}

function untilTheyEnd(source: CredentialSource<S3Credentials>, end: Date): CredentialSource<S3Credentials> {
  return {
    async get(signal) {
      if (Date.now() < end.getTime()) return await source.get(signal);
      throw new StorageError({
        kind: 'unauthenticated',
        message: `the session ended at ${end.toISOString()}, as expiresAfter says: give new keys, or getCredentials`,
      });
    },
  };
}

function fromIdentity(identity: SdkIdentity): S3Credentials {
  // A provider of a caller's may give anything: the check that follows says what is wrong with it.
  if (typeof identity !== 'object' || identity === null) return identity;
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = identity;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAfter: expiration };
}

/** What is wrong with keys, naming the field and never its value. */
export function credentialFault(credentials: S3Credentials): string | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  if ('expiration' in credentials) return 'expiration is no field: it is called expiresAfter';
  if (!isToken(accessKeyId)) return 'accessKeyId takes printable ASCII without spaces';
  if (typeof secretAccessKey !== 'string' || secretAccessKey === '' || secretAccessKey !== secretAccessKey.trim())
    return 'secretAccessKey takes a text without spaces at its ends';
  if (sessionToken !== undefined && !isToken(sessionToken)) return 'sessionToken takes printable ASCII without spaces';
  return undefined;
}

// Both stand in headers.
function isToken(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
