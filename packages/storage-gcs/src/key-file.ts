import { StorageError } from '@icechunk/storage-core';
import { isLoopback } from './loopback.ts';

/** Types of credentials that Google's tools write (https://google.aip.dev/auth/4110, seen 2026-11). */
type KeyType =
  | 'service_account'
  | 'authorized_user'
  | 'external_account'
  | 'external_account_authorized_user'
  | 'impersonated_service_account';

/** Credentials as they stand in a file: the type is known, and the fields that it needs are there. */
export interface GoogleKey {
  readonly type: KeyType;
  readonly [field: string]: unknown;
}

/** What is expected of a key. */
export interface KeyExpectation {
  /** What errors call it: an option, or a variable of the environment. */
  readonly name: string;
  /** True where nothing but a service account will do. */
  readonly serviceAccountOnly: boolean;
}

/** The texts that each type needs: AIP-4112, 4113, 4117 (https://google.aip.dev/auth, seen 2026-11). */
const needed: Readonly<Record<KeyType, readonly string[]>> = {
  service_account: ['client_email', 'private_key'],
  authorized_user: ['client_id', 'client_secret', 'refresh_token'],
  external_account: ['audience', 'subject_token_type'],
  external_account_authorized_user: ['client_id', 'client_secret', 'refresh_token', 'token_url'],
  impersonated_service_account: ['service_account_impersonation_url'],
};

/**
 * The credentials in a file, read anew each time, so that a key that was put right or replaced is taken.
 *
 * @throws {@link StorageError} `invalid_options`, naming the option and the path and nothing of what is in the file.
 */
export async function readKeyFile(path: string, expectation: KeyExpectation): Promise<GoogleKey> {
  const { name } = expectation;
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(path, 'utf8').catch((err: { readonly code?: string }) => {
    throw invalid(`${name} ${faultOfReading(err.code)}: ${JSON.stringify(path)}`);
  });
  const inFile = { ...expectation, name: `${name} ${JSON.stringify(path)}` };
  return checkKey(parseKey(text, inFile), inFile);
}

function faultOfReading(code: string | undefined): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'names no file';
  if (code === 'EISDIR') return 'names a folder, and takes the path of a file';
  if (code === 'EACCES' || code === 'EPERM') return 'names a file that this process may not read';
  return `names a file that cannot be read (${code ?? 'unknown'})`;
}

/**
 * Credentials from their JSON, or as they are.
 *
 * @throws {@link StorageError} `invalid_options`, saying nothing of the text: it may be a key that was cut.
 */
export function parseKey(given: unknown, { name }: KeyExpectation): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    // The parser's own words would repeat the text.
    if (given.trimStart().startsWith('-----BEGIN')) {
      throw invalid(`${name} is a private key alone: the JSON that Google's console gives is needed, which holds it`);
    }
    throw invalid(`${name} is no JSON, and takes a key as Google's console or gcloud writes it`);
  }
}

/**
 * Passes credentials of a type that is expected, with every field that it needs.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field that is missing, and no value.
 */
export function checkKey(json: unknown, { name, serviceAccountOnly }: KeyExpectation): GoogleKey {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid(`${name} holds no JSON object`);
  const fields = json as Readonly<Record<string, unknown>>;
  const type = typeOf(fields);
  if (type === undefined)
    throw invalid(`${name} holds credentials of no type that is known: ${typesKnown(serviceAccountOnly)}`);
  if (serviceAccountOnly && type !== 'service_account') {
    throw invalid(
      `${name} holds credentials of type ${type}, and takes a service_account: applicationCredentials takes all`,
    );
  }
  const key = { ...fields, type };
  const fault = faultOf(key);
  if (fault !== undefined) throw invalid(`${name} holds a key of type ${type} ${fault}`);
  return key;
}

// Icechunk's Rust client takes a service account's key without its type.
function typeOf(fields: Readonly<Record<string, unknown>>): KeyType | undefined {
  const { type = 'private_key' in fields ? 'service_account' : undefined } = fields;
  return typeof type === 'string' && Object.hasOwn(needed, type) ? (type as KeyType) : undefined;
}

function typesKnown(serviceAccountOnly: boolean): string {
  return serviceAccountOnly ? 'service_account is needed' : `there are ${Object.keys(needed).join(', ')}`;
}

function faultOf(key: GoogleKey): string | undefined {
  if (key['disable_oauth'] === true)
    return 'with disable_oauth, which is for emulators: give anonymous and endpointUrl';
  const missing = needed[key.type].find((field) => typeof key[field] !== 'string' || key[field] === '');
  if (missing !== undefined) return `without ${missing}`;
  if (key.type === 'service_account' && !/-----BEGIN (RSA )?PRIVATE KEY-----/.test(String(key['private_key']))) {
    return 'whose private_key is no private key in PEM';
  }
  const open = ['token_uri', 'token_url', 'service_account_impersonation_url'].find((field) => !isSafe(key[field]));
  return open === undefined ? undefined : `whose ${open} is no https address`;
}

// Whoever holds what is sent there can have tokens.
function isSafe(address: unknown): boolean {
  if (address === undefined) return true;
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
