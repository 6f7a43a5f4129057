import { Storage } from '@google-cloud/storage';
import { leaksOf } from '@icechunk-tooling/secrets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../src/connect.ts';
import type { GcsStorageOptions } from '../src/options.ts';
import type { GcsTarget } from '../src/target.ts';
import { refusalText } from './refusal.ts';
import { PRIVATE_PART, serviceAccount } from './service-account.ts';

const bucket = 'icechunk-test';
const { signal } = new AbortController();
const variables = [
  ...['GOOGLE_SKIP_SIGNATURE', 'GOOGLE_BEARER_TOKEN', 'GOOGLE_SERVICE_ACCOUNT', 'GOOGLE_SERVICE_ACCOUNT_PATH'],
  ...['SERVICE_ACCOUNT', 'GOOGLE_SERVICE_ACCOUNT_KEY', 'GOOGLE_BASE_URL', 'STORAGE_EMULATOR_HOST'],
  ...['GOOGLE_APPLICATION_CREDENTIALS', 'CLOUDSDK_CONFIG'],
];

afterEach(() => void vi.unstubAllEnvs());

async function connected(options: GcsStorageOptions, environment: Record<string, string> = {}): Promise<GcsTarget> {
  for (const name of variables) vi.stubEnv(name, environment[name]);
  const target = connect(options);
  await target.dispatcher.close();
  return target;
}

describe('connect', () => {
  it('names the place and hides the rest', async () => {
    const target = await connected({ bucket, prefix: 'quickstart-demo-1', anonymous: true });
    expect(target).toMatchObject({
      baseUrl: 'https://storage.googleapis.com',
      bucket,
      prefix: 'quickstart-demo-1',
      info: { backend: 'Google Cloud Storage', fields: { bucket, prefix: 'quickstart-demo-1' } },
      userProject: undefined,
    });
  });

  it('shows where it is not the usual place', async () => {
    const { info, userProject, prefix } = await connected({
      bucket,
      anonymous: true,
      endpointUrl: 'https://gcs.example.org/',
      userProject: 'payer',
    });
    expect(info.fields).toEqual({ bucket, endpointUrl: 'https://gcs.example.org', userProject: 'payer' });
    expect({ userProject, prefix }).toEqual({ userProject: 'payer', prefix: '' });
  });

  it('reads the environment with fromEnv, and without it not', async () => {
    const environment = { STORAGE_EMULATOR_HOST: 'localhost:4443', GOOGLE_BEARER_TOKEN: 'ya29.a' };
    const target = await connected({ bucket, fromEnv: true }, environment);
    expect(target.baseUrl).toBe('http://localhost:4443');
    expect(await target.authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.a' });
    const blind = await connected({ bucket, anonymous: true }, environment);
    expect(blind.baseUrl).toBe('https://storage.googleapis.com');
    expect(await blind.authorization.headers(signal)).toEqual({});
  });

  it('talks to an emulator without credentials', async () => {
    const target = await connected({ bucket, fromEnv: true }, { STORAGE_EMULATOR_HOST: 'http://127.0.0.1:4443/' });
    expect(target.baseUrl).toBe('http://127.0.0.1:4443');
    expect(await target.authorization.headers(signal)).toEqual({});
  });

  it('looks for credentials where the options give another endpoint than the emulator of the environment', async () => {
    const environment = { STORAGE_EMULATOR_HOST: 'localhost:4443', GOOGLE_APPLICATION_CREDENTIALS: '/none/adc.json' };
    const options = { bucket, fromEnv: true, endpointUrl: 'https://gcs.example.org' } as const;
    const target = await connected(options, environment);
    expect(target.baseUrl).toBe('https://gcs.example.org');
    expect(await refusalText(() => target.authorization.headers(signal))).toContain('GOOGLE_APPLICATION_CREDENTIALS');
  });

  it("takes a caller's client for its endpoint", async () => {
    const client = new Storage({ apiEndpoint: 'http://127.0.0.1:4443', projectId: 'p' });
    const target = await connected({ bucket, client });
    expect(target.baseUrl).toBe('http://127.0.0.1:4443');
    expect(await target.authorization.headers(signal)).toEqual({});
  });

  it.each<[string, GcsStorageOptions, Record<string, string>]>([
    [
      'settings.retries.maxTries takes a whole number from 1',
      { bucket, anonymous: true, settings: { retries: { maxTries: 0 } } },
      {},
    ],
    [
      "serviceAccountKey is no JSON, and takes a key as Google's console or gcloud writes it",
      { bucket, serviceAccountKey: 'key.json' },
      {},
    ],
    [
      'serviceAccountKey holds a key of type service_account without private_key',
      { bucket, serviceAccountKey: { ...serviceAccount(), private_key: '' } },
      {},
    ],
    [
      "GOOGLE_SERVICE_ACCOUNT_KEY is no JSON, and takes a key as Google's console or gcloud writes it",
      { bucket, fromEnv: true },
      { GOOGLE_SERVICE_ACCOUNT_KEY: '{' },
    ],
    [
      'GOOGLE_BASE_URL takes an address such as https://host:port',
      { bucket, fromEnv: true },
      { GOOGLE_BASE_URL: 'storage' },
    ],
  ])('refuses: %s', async (message, options, environment) => {
    expect(await refusalText(() => connected(options, environment))).toBe(`invalid_options: ${message}`);
  });

  it('shows no secret', async () => {
    const secrets = { key: PRIVATE_PART, token: 'ya29.very-secret' };
    expect(leaksOf(await connected({ bucket, serviceAccountKey: serviceAccount() }), secrets)).toEqual([]);
    expect(leaksOf(await connected({ bucket, bearerToken: secrets.token }), secrets)).toEqual([]);
  });
});
