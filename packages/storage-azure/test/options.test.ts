import { ContainerClient } from '@azure/storage-blob';
import { isStorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { type AzureStorageOptions, checkAzureOptions } from '../src/options.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const place = { account: 'weather', container: 'icechunk-test' };
const client = new ContainerClient('https://weather.blob.core.windows.net/icechunk-test');
const credential = { getToken: async () => null };

/** Every shape that compiles, with the form that it names. */
const right: readonly (readonly [string, AzureStorageOptions])[] = [
  ['fromEnv', { ...place, fromEnv: true }],
  ['fromEnv', { container: 'icechunk-test', fromEnv: true }],
  ['accountKey', { ...place, accountKey: KEY }],
  ['accountKey', { ...place, accountKey: KEY, anonymous: false, fromEnv: false, sasToken: undefined }],
  ['sasToken', { ...place, sasToken: '?sig=abc' }],
  ['bearerToken', { ...place, bearerToken: 'token' }],
  ['accessToken', { ...place, accessToken: 'token' }],
  ['getCredentials', { ...place, getCredentials: () => ({ accountKey: KEY }) }],
  ['getCredentials', { ...place, getCredentials: async () => ({ sasToken: 'sig=abc', expiresAfter: new Date() }) }],
  ['getCredentials', { ...place, getCredentials: async () => ({ bearerToken: 'token' }) }],
  ['anonymous', { ...place, anonymous: true, endpointUrl: 'http://host', allowHttp: true }],
  ['credential', { ...place, credential }],
  ['client', { client, prefix: 'a/b', readOnly: true }],
  ['emulator', { container: 'icechunk-test', useEmulator: true }],
  ['sasToken', { container: 'icechunk-test', useEmulator: true, sasToken: 'sig=abc' }],
];

/** What does not compile, and is refused in JavaScript as well. */
const wrong: readonly (readonly [string, () => AzureStorageOptions])[] = [
  // @ts-expect-error two forms
  ['accountKey and sasToken exclude each other: give one', () => ({ ...place, accountKey: KEY, sasToken: 'sig=abc' })],
  [
    'bearerToken and accessToken exclude each other: give one',
    // @ts-expect-error the same token twice
    () => ({ ...place, bearerToken: 'a', accessToken: 'a' }),
  ],
  // @ts-expect-error credentials and none
  ['accountKey and anonymous exclude each other: give one', () => ({ ...place, accountKey: KEY, anonymous: true })],
  [
    'fromEnv and getCredentials exclude each other: give one',
    // @ts-expect-error the environment and a callback
    () => ({ ...place, fromEnv: true, getCredentials: () => ({ accountKey: KEY }) }),
  ],
  // @ts-expect-error a client has credentials
  ['accountKey and client exclude each other: give one', () => ({ client, accountKey: KEY })],
  // @ts-expect-error a client has a container
  ['container cannot stand beside client, which has its own', () => ({ client, container: 'other' })],
  // @ts-expect-error a client has an account
  ['account cannot stand beside client, which has its own', () => ({ client, account: 'other' })],
  // @ts-expect-error a client has an address
  ['endpointUrl cannot stand beside client, which has its own', () => ({ client, endpointUrl: 'https://h' })],
  // @ts-expect-error a client has an address
  ['useEmulator cannot stand beside client, which has its own', () => ({ client, useEmulator: true })],
  [
    'credentials are missing: give fromEnv, accountKey, sasToken, bearerToken, accessToken, getCredentials, anonymous, credential or client',
    // @ts-expect-error no form
    () => ({ ...place }),
  ],
  // @ts-expect-error no container
  ['container is missing: it takes the name of a container', () => ({ account: 'weather', accountKey: KEY })],
  // @ts-expect-error the page's other name
  ['accountName is account here', () => ({ accountName: 'weather', container: 'abc', accountKey: KEY })],
  // @ts-expect-error the name in Python
  ['accessKey is accountKey here', () => ({ ...place, accessKey: KEY })],
  [
    'connectionString is no option: give fromEnv, which reads AZURE_STORAGE_CONNECTION_STRING, or client',
    // @ts-expect-error no option
    () => ({ ...place, connectionString: 'x' }),
  ],
  [
    expect.stringMatching(/^account_key is no option: it is called accountKey; there are /),
    // @ts-expect-error snake case
    () => ({ ...place, account_key: KEY }),
  ],
  // @ts-expect-error a number
  ['accountKey takes a non-empty string', () => ({ ...place, accountKey: 7 })],
  ['sasToken takes a non-empty string', () => ({ ...place, sasToken: '' })],
  // @ts-expect-error a word
  ['fromEnv takes true or false', () => ({ ...place, fromEnv: 'yes' })],
  // @ts-expect-error no callback
  ['getCredentials takes a function', () => ({ ...place, getCredentials: { accountKey: KEY } })],
  [
    'credential takes an object with getToken, such as one of @azure/identity',
    // @ts-expect-error no credential
    () => ({ ...place, credential: { token: 'x' } }),
  ],
  // @ts-expect-error no client
  ['client takes a ContainerClient of @azure/storage-blob', () => ({ client: { url: 'https://host' } })],
  // @ts-expect-error no string
  ['prefix takes a string', () => ({ ...place, accountKey: KEY, prefix: 5 })],
  // @ts-expect-error null
  ['settings takes an object', () => ({ ...place, accountKey: KEY, settings: null })],
  ['options takes an object', () => undefined as never],
];

describe('checkAzureOptions', () => {
  it.each(right)('takes %s', (form, options) => {
    expect(checkAzureOptions(options)).toBe(form);
  });

  it.each(wrong)('says: %s', (message, options) => {
    const refused = (): unknown => checkAzureOptions(options());
    expect(refused).toThrow(expect.objectContaining({ kind: 'invalid_options', detail: message }));
  });

  it('shows no value that it refuses', () => {
    const secrets = { key: 'c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==', sas: 'sv=1&sig=very-secret-signature' };
    const mixes = [
      { ...place, accountKey: secrets.key, sasToken: secrets.sas },
      { ...place, accessKey: secrets.key },
      { ...place, fromEnv: secrets.key },
      { ...place, getCredentials: secrets.sas },
      { ...place, accountKey: { value: secrets.key } },
    ];
    for (const options of mixes) {
      const error = errorOf(() => checkAzureOptions(options as never));
      expect(isStorageError(error, 'invalid_options')).toBe(true);
      expect(leaksOf(error, secrets)).toEqual([]);
    }
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (err) {
    return err;
  }
}
