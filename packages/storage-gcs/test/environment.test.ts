import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../src/environment.ts';
import { refusalText } from './refusal.ts';

const read = (variables: Record<string, string>): ReturnType<typeof readEnvironment> =>
  readEnvironment(variables, 'linux');

describe('credentials', () => {
  const all = {
    GOOGLE_SKIP_SIGNATURE: 'true',
    GOOGLE_BEARER_TOKEN: 'ya29.a',
    GOOGLE_SERVICE_ACCOUNT: '/1.json',
    GOOGLE_SERVICE_ACCOUNT_PATH: '/2.json',
    SERVICE_ACCOUNT: '/3.json',
    STORAGE_EMULATOR_HOST: 'localhost:4443',
    GOOGLE_APPLICATION_CREDENTIALS: '/adc.json',
    CLOUDSDK_CONFIG: '/gcloud',
    HOME: '/me',
  };
  const file = (name: string, value: string): object => ({ kind: 'service_account_file', variable: { name, value } });

  it('come from the first variable that is set, in the order that is written down', () => {
    const found: unknown[] = [];
    const left: Record<string, string> = { ...all };
    for (const name of Object.keys(all)) {
      found.push(read(left).credentials);
      delete left[name];
    }
    expect([...found, read(left).credentials]).toEqual([
      { kind: 'anonymous' },
      { kind: 'token', variable: { name: 'GOOGLE_BEARER_TOKEN', value: 'ya29.a' } },
      file('GOOGLE_SERVICE_ACCOUNT', '/1.json'),
      file('GOOGLE_SERVICE_ACCOUNT_PATH', '/2.json'),
      file('SERVICE_ACCOUNT', '/3.json'),
      { kind: 'anonymous' },
      { kind: 'application_credentials', variable: { name: 'GOOGLE_APPLICATION_CREDENTIALS', value: '/adc.json' } },
      { kind: 'default', gcloudFile: '/gcloud/application_default_credentials.json' },
      { kind: 'default', gcloudFile: '/me/.config/gcloud/application_default_credentials.json' },
      { kind: 'default' },
    ]);
  });

  it('may be a key as text', () => {
    const variable = { name: 'GOOGLE_SERVICE_ACCOUNT_KEY', value: '{}' };
    expect(read({ GOOGLE_SERVICE_ACCOUNT_KEY: '{}', HOME: '/' }).credentials).toEqual({
      kind: 'service_account_key',
      variable,
    });
  });

  it("lie in the user's folder of Windows", () => {
    expect(readEnvironment({ APPDATA: 'D:\\me', HOME: '/x' }, 'win32').credentials).toEqual({
      kind: 'default',
      gcloudFile: 'D:\\me/gcloud/application_default_credentials.json',
    });
  });

  it('do not come from what is empty', () => {
    expect(
      read({ GOOGLE_BEARER_TOKEN: '', SERVICE_ACCOUNT: '', GOOGLE_APPLICATION_CREDENTIALS: '' }).credentials,
    ).toEqual({
      kind: 'default',
    });
  });

  it.each(['1', 'TRUE', 'yes', 'y', 'On'])('are left out where GOOGLE_SKIP_SIGNATURE is %s', (word) => {
    expect(read({ GOOGLE_SKIP_SIGNATURE: word }).credentials).toEqual({ kind: 'anonymous' });
  });

  it.each(['0', 'False', 'no', 'n', 'off'])('are sought where it is %s', (word) => {
    expect(read({ GOOGLE_SKIP_SIGNATURE: word }).credentials).toEqual({ kind: 'default' });
  });

  it('are refused where nobody can know which were meant', async () => {
    const two = { SERVICE_ACCOUNT: '/a.json', GOOGLE_SERVICE_ACCOUNT_KEY: '{}' };
    expect(await refusalText(() => read(two))).toBe(
      'invalid_options: SERVICE_ACCOUNT and GOOGLE_SERVICE_ACCOUNT_KEY exclude each other in the environment: set one',
    );
    expect(await refusalText(() => read({ GOOGLE_SKIP_SIGNATURE: 'maybe' }))).toBe(
      'invalid_options: GOOGLE_SKIP_SIGNATURE takes true or false',
    );
  });
});

describe('the endpoint', () => {
  it.each<[Record<string, string>, object | undefined]>([
    [{}, undefined],
    [{ GOOGLE_BASE_URL: 'https://a' }, { name: 'GOOGLE_BASE_URL', value: 'https://a' }],
    [{ STORAGE_EMULATOR_HOST: 'localhost:1' }, { name: 'STORAGE_EMULATOR_HOST', value: 'http://localhost:1' }],
    [{ STORAGE_EMULATOR_HOST: 'http://e:1' }, { name: 'STORAGE_EMULATOR_HOST', value: 'http://e:1' }],
    [
      { GOOGLE_BASE_URL: 'https://a', STORAGE_EMULATOR_HOST: 'e:1' },
      { name: 'GOOGLE_BASE_URL', value: 'https://a' },
    ],
  ])('of %j', (variables, endpoint) => {
    expect(read(variables).endpoint).toEqual(endpoint);
  });

  it('of an emulator gets no default credentials, and one of GOOGLE_BASE_URL does', () => {
    const adc = { GOOGLE_APPLICATION_CREDENTIALS: '/adc.json', STORAGE_EMULATOR_HOST: 'localhost:1' };
    expect(read(adc).credentials.kind).toBe('anonymous');
    expect(read({ ...adc, GOOGLE_BASE_URL: 'https://a' }).credentials.kind).toBe('application_credentials');
    expect(read({ ...adc, GOOGLE_BEARER_TOKEN: 'ya29.a' }).credentials.kind).toBe('token');
  });

  it('is that of the options, where they have one: an emulator of the environment takes no credentials away', () => {
    const adc = { GOOGLE_APPLICATION_CREDENTIALS: '/adc.json', STORAGE_EMULATOR_HOST: 'localhost:1' };
    const { credentials, endpoint } = readEnvironment(adc, 'linux', true);
    expect([credentials.kind, endpoint]).toEqual(['application_credentials', undefined]);
  });
});
