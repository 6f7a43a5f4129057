import { Storage } from '@google-cloud/storage';
import { leaksOf } from '@icechunk-tooling/secrets';
import { JWT } from 'google-auth-library';
import { describe, expect, it } from 'vitest';
import { checkGcsOptions, type GcsStorageOptions } from '../src/options.ts';
import { refusal, refusalText } from './refusal.ts';

const bucket = 'icechunk-test';
const getCredentials = async (): Promise<{ bearer: string }> => ({ bearer: 'ya29.a' });

describe('one form of credentials', () => {
  it.each<[string, GcsStorageOptions]>([
    ['fromEnv', { bucket, fromEnv: true }],
    ['serviceAccountFile', { bucket, prefix: 'a/b', serviceAccountFile: '/key.json' }],
    ['serviceAccountKey', { bucket, serviceAccountKey: '{}' }],
    [
      'serviceAccountKey',
      { bucket, serviceAccountKey: { client_email: 'a', private_key: 'b', type: 'service_account' } },
    ],
    ['applicationCredentials', { bucket, applicationCredentials: '/adc.json' }],
    ['bearerToken', { bucket, bearerToken: 'ya29.a' }],
    ['bearerToken', { bucket, bearerToken: 'ya29.a', expiresAfter: new Date() }],
    ['getCredentials', { bucket, getCredentials }],
    [
      'anonymous',
      { bucket, anonymous: true, endpointUrl: 'http://x', allowHttp: true, userProject: 'p', readOnly: true },
    ],
    ['authClient', { bucket, authClient: new JWT() }],
    ['client', { bucket, client: new Storage({ projectId: 'p' }) }],
    ['anonymous', { bucket, anonymous: true, bearerToken: undefined, settings: {}, onEvent: () => {} }],
  ])('%s', (form, options) => {
    expect(checkGcsOptions(options)).toBe(form);
  });

  it('cannot be mixed, or left out, by who compiles', () => {
    // @ts-expect-error Two forms.
    const two: GcsStorageOptions = { bucket, fromEnv: true, anonymous: true };
    // @ts-expect-error A file and a key.
    const both: GcsStorageOptions = { bucket, serviceAccountFile: 'a', serviceAccountKey: 'b' };
    // @ts-expect-error An expiry of nothing.
    const expiry: GcsStorageOptions = { bucket, anonymous: true, expiresAfter: new Date() };
    // @ts-expect-error No form.
    const none: GcsStorageOptions = { bucket };
    // @ts-expect-error No bucket.
    const place: GcsStorageOptions = { anonymous: true };
    // @ts-expect-error A client has its endpoint.
    const endpoint: GcsStorageOptions = { bucket, client: new Storage(), endpointUrl: 'https://x' };
    // @ts-expect-error A token is not asked for in this way.
    const callback: GcsStorageOptions = { bucket, getCredentials: () => 'ya29.a' };
    for (const options of [two, both, expiry, none, place, endpoint]) expect(() => checkGcsOptions(options)).toThrow();
    expect(checkGcsOptions(callback)).toBe('getCredentials');
  });
});

const ways =
  'fromEnv, serviceAccountFile, serviceAccountKey, applicationCredentials, bearerToken, getCredentials, anonymous, authClient or client';

describe('what is refused', () => {
  it.each<[object | null, string]>([
    [null, 'options takes an object'],
    [{ anonymous: true }, 'bucket is missing'],
    [{ bucket: '', anonymous: true }, 'bucket takes a non-empty string'],
    [{ bucket: 7, anonymous: true }, 'bucket takes a non-empty string'],
    [
      { bucket: 'gs://a', anonymous: true },
      'bucket takes the name alone, without gs:// and without a path: what follows it goes into prefix',
    ],
    [{ bucket }, `credentials are missing: give ${ways}`],
    [{ bucket, fromEnv: false }, `credentials are missing: give ${ways}`],
    [{ bucket, fromEnv: true, anonymous: true }, 'fromEnv and anonymous exclude each other: give one'],
    [{ bucket, bearerToken: 'ya29.a', getCredentials }, 'bearerToken and getCredentials exclude each other: give one'],
    [
      { bucket, serviceAccountFile: 'a', applicationCredentials: 'b' },
      'serviceAccountFile and applicationCredentials exclude each other: give one',
    ],
    [{ bucket, anonymous: true, expiresAfter: new Date() }, 'expiresAfter cannot stand beside anonymous'],
    [{ bucket, expiresAfter: new Date() }, `expiresAfter alone make no credentials: give ${ways}`],
    [{ bucket, fromEnv: 'yes' }, 'fromEnv takes true or false'],
    [{ bucket, serviceAccountFile: '' }, 'serviceAccountFile takes a non-empty string'],
    [{ bucket, serviceAccountFile: new URL('file:///a') }, 'serviceAccountFile takes a non-empty string'],
    [{ bucket, serviceAccountKey: 7 }, "serviceAccountKey takes a service account's key, as JSON text or as an object"],
    [
      { bucket, serviceAccountKey: [] },
      "serviceAccountKey takes a service account's key, as JSON text or as an object",
    ],
    [
      { bucket, bearerToken: 'Bearer ya29.a' },
      'bearerToken takes a token of visible ASCII characters, without "Bearer"',
    ],
    [
      { bucket, bearerToken: 'a\r\nx-evil: 1' },
      'bearerToken takes a token of visible ASCII characters, without "Bearer"',
    ],
    [{ bucket, bearerToken: '' }, 'bearerToken takes a token of visible ASCII characters, without "Bearer"'],
    [{ bucket, bearerToken: 'a', expiresAfter: '2026-11-01' }, 'expiresAfter takes a valid Date'],
    [{ bucket, getCredentials: { bearer: 'a' } }, 'getCredentials takes a function'],
    [
      { bucket, authClient: {} },
      'authClient takes an AuthClient of google-auth-library, which has getRequestHeaders()',
    ],
    [{ bucket, client: { apiEndpoint: 'https://x' } }, 'client takes a Storage of @google-cloud/storage'],
    [
      { bucket, client: new Storage(), endpointUrl: 'https://x' },
      'endpointUrl cannot stand beside client, which has an endpoint of its own',
    ],
    [{ bucket, anonymous: true, userProject: 'a b' }, 'userProject takes the id of a project'],
    [{ bucket, anonymous: true, allowHttp: 1 }, 'allowHttp takes true or false'],
    [{ bucket, anonymous: true, settings: null }, 'settings takes an object'],
    [{ bucket, anonymous: true, onEvent: {} }, 'onEvent takes a function'],
    [{ bucket, anonymous: true, readOnly: 'no' }, 'readOnly takes true or false'],
  ])('%o', async (options, message) => {
    expect(await refusalText(() => checkGcsOptions(options as GcsStorageOptions))).toBe(`invalid_options: ${message}`);
  });

  it('names that are of other clients', async () => {
    expect((await refusal(() => checkGcsOptions({ bucket, service_account_file: 'a' } as never))).detail).toMatch(
      /^service_account_file is no option: it is called serviceAccountFile; there are bucket, prefix, /,
    );
  });

  it('without showing what was given', async () => {
    const secrets = { token: 'ya29 secret token', key: '{"private_key": "very secret' };
    for (const options of [
      { bucket, bearerToken: secrets.token },
      { bucket, bearerToken: 'ya29.a', serviceAccountKey: secrets.key },
      { bucket, serviceAccountKey: secrets.key, anonymous: 'yes' },
    ]) {
      expect(leaksOf(await refusal(() => checkGcsOptions(options as never)), secrets)).toEqual([]);
    }
  });
});
