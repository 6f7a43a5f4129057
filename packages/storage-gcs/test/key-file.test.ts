import { mkdir, writeFile } from 'node:fs/promises';
import { leaksOf } from '@icechunk-tooling/secrets';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkKey, parseKey, readKeyFile } from '../src/key-file.ts';
import { refusal, refusalText } from './refusal.ts';
import { PRIVATE_PART, serviceAccount } from './service-account.ts';
import { tempFolder } from './temp-folder.ts';

const inFolder = tempFolder();
const only = { name: 'serviceAccountFile', serviceAccountOnly: true };
const any = { name: 'applicationCredentials', serviceAccountOnly: false };

const secrets = { refresh: '1//refresh-token-of-a-user', secret: 'GOCSPX-client-secret', key: PRIVATE_PART };
const user = {
  type: 'authorized_user',
  client_id: 'id',
  client_secret: secrets.secret,
  refresh_token: secrets.refresh,
};
const workload = {
  type: 'external_account',
  audience: '//iam',
  subject_token_type: 'jwt',
  token_url: 'https://sts.example.org',
};
const impersonated = {
  type: 'impersonated_service_account',
  service_account_impersonation_url: 'https://iam.example.org/v1/a:generateAccessToken',
  source_credentials: user,
};
const workforce = { ...user, type: 'external_account_authorized_user', token_url: 'https://sts.example.org' };

describe('checkKey', () => {
  it.each([serviceAccount(), user, workload, workforce, impersonated])('passes a complete $type', (key) => {
    expect(checkKey(key, any)).toEqual(key);
  });

  it("passes a service account's key without its type", () => {
    const { type: _, ...key } = serviceAccount();
    expect(checkKey(key, only)).toEqual(serviceAccount());
  });

  it('takes token endpoints of this machine', () => {
    expect(checkKey(serviceAccount('http://127.0.0.1:80/token'), only).type).toBe('service_account');
  });

  it.each<[string, unknown]>([
    ['no JSON object', null],
    ['no JSON object', []],
    ['no JSON object', 7],
    ['credentials of no type that is known: service_account is needed', {}],
    ['credentials of no type that is known: service_account is needed', { ...serviceAccount(), type: secrets.refresh }],
    ['credentials of no type that is known: service_account is needed', { ...serviceAccount(), type: 'toString' }],
    ['credentials of type authorized_user, and takes a service_account: applicationCredentials takes all', user],
    ['credentials of type external_account, and takes a service_account: applicationCredentials takes all', workload],
    ['a key of type service_account without private_key', { ...serviceAccount(), private_key: undefined }],
    ['a key of type service_account without client_email', { ...serviceAccount(), client_email: '' }],
    [
      'a key of type service_account without private_key',
      { type: 'service_account', client_email: 'a', private_key: { a: 1 } },
    ],
    [
      'a key of type service_account whose private_key is no private key in PEM',
      { ...serviceAccount(), private_key: secrets.secret },
    ],
    ['a key of type service_account whose token_uri is no https address', serviceAccount('http://token.example.org')],
    ['a key of type service_account whose token_uri is no https address', serviceAccount('token')],
    [
      'a key of type service_account with disable_oauth, which is for emulators: give anonymous and endpointUrl',
      { ...serviceAccount(), disable_oauth: true },
    ],
  ])('refuses %s', async (fault, key) => {
    const error = await refusal(() => checkKey(key, only));
    expect(error).toMatchObject({ kind: 'invalid_options', detail: `serviceAccountFile holds ${fault}` });
    expect(leaksOf(error, secrets)).toEqual([]);
  });

  it.each<[string, object]>([
    ['a key of type authorized_user without refresh_token', { ...user, refresh_token: undefined }],
    ['a key of type external_account without audience', { ...workload, audience: undefined }],
    [
      'a key of type external_account whose token_url is no https address',
      { ...workload, token_url: 'http://sts.example.org' },
    ],
    [
      'a key of type impersonated_service_account without service_account_impersonation_url',
      { type: impersonated.type },
    ],
    [
      'credentials of no type that is known: there are service_account, authorized_user, external_account, external_account_authorized_user, impersonated_service_account',
      { type: 'gdch_service_account' },
    ],
  ])('refuses %s', async (fault, key) => {
    expect(await refusalText(() => checkKey(key, any))).toBe(`invalid_options: applicationCredentials holds ${fault}`);
  });
});

describe('parseKey', () => {
  it('takes text and objects', () => {
    expect(parseKey('{"a":1}', only)).toEqual({ a: 1 });
    expect(parseKey({ a: 1 }, only)).toEqual({ a: 1 });
  });

  it.each([
    ["serviceAccountFile is no JSON, and takes a key as Google's console or gcloud writes it", '/path/to/key.json'],
    [
      "serviceAccountFile is no JSON, and takes a key as Google's console or gcloud writes it",
      JSON.stringify(serviceAccount()).slice(0, -9),
    ],
    [
      "serviceAccountFile is a private key alone: the JSON that Google's console gives is needed, which holds it",
      serviceAccount().private_key,
    ],
  ])('refuses: %s', async (message, text) => {
    const error = await refusal(() => parseKey(text, only));
    expect(error.detail).toBe(message);
    expect(leaksOf(error, { text, key: PRIVATE_PART })).toEqual([]);
  });
});

describe('readKeyFile', () => {
  beforeAll(async () => {
    await mkdir(inFolder('folder.json'));
    await writeFile(inFolder('half.json'), JSON.stringify(user).slice(0, -3));
    await writeFile(inFolder('user.json'), JSON.stringify(user));
    await writeFile(inFolder('empty.json'), '');
  });

  it('reads it anew each time', async () => {
    const path = inFolder('key.json');
    await writeFile(path, JSON.stringify({ ...serviceAccount(), private_key: '' }));
    expect((await refusal(() => readKeyFile(path, only))).detail).toContain('without private_key');
    await writeFile(path, JSON.stringify(serviceAccount()));
    expect(await readKeyFile(path, only)).toEqual(serviceAccount());
  });

  it.each([
    ['absent.json', (path: string) => `names no file: "${path}"`],
    ['user.json/key.json', (path: string) => `names no file: "${path}"`],
    ['folder.json', (path: string) => `names a folder, and takes the path of a file: "${path}"`],
    ['half.json', (path: string) => `"${path}" is no JSON, and takes a key as Google's console or gcloud writes it`],
    ['empty.json', (path: string) => `"${path}" is no JSON, and takes a key as Google's console or gcloud writes it`],
    [
      'user.json',
      (path: string) =>
        `"${path}" holds credentials of type authorized_user, and takes a service_account: applicationCredentials takes all`,
    ],
  ])('refuses %s, with its path and nothing of what is in it', async (name, fault) => {
    const path = inFolder(name);
    const error = await refusal(() => readKeyFile(path, only));
    expect(error).toMatchObject({ kind: 'invalid_options', detail: `serviceAccountFile ${fault(path)}` });
    expect(leaksOf(error, secrets)).toEqual([]);
  });
});
