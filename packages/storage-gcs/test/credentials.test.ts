import { mkdir, writeFile } from 'node:fs/promises';
import { Storage } from '@google-cloud/storage';
import { leaksOf } from '@icechunk-tooling/secrets';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { IdentityPoolClient, OAuth2Client, PassThroughClient } from 'google-auth-library';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { authorizationOf } from '../src/credentials.ts';
import type { EnvironmentCredentials } from '../src/environment.ts';
import { checkGcsOptions, type GcsCredentialOptions, type GcsPlaceOptions } from '../src/options.ts';
import type { Authorization } from '../src/target.ts';
import { refusal } from './refusal.ts';
import { PRIVATE_PART, serviceAccount } from './service-account.ts';
import { tempFolder } from './temp-folder.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

const inFolder = tempFolder();
const { signal } = new AbortController();
const baseUrl = 'https://storage.googleapis.com';
let oauth: TokenServer;
beforeAll(async () => {
  oauth = await startTokenServer();
});
afterAll(() => oauth.stop());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  oauth.answerWith(undefined);
  oauth.liveFor(3_600);
});

function authorizationFor(
  credentials: GcsCredentialOptions & Partial<GcsPlaceOptions>,
  environment?: EnvironmentCredentials,
): Authorization {
  const options = { bucket: 'icechunk-test', ...credentials };
  return authorizationOf(options, checkGcsOptions(options), { baseUrl, environment });
}

const fromEnv = (environment: EnvironmentCredentials): Authorization =>
  authorizationFor({ fromEnv: true }, environment);
const variable = (name: string, value: string): { name: string; value: string } => ({ name, value });
const last = (): Record<string, string> => ({ authorization: `Bearer ya29.token-${oauth.asked.length}` });
const user = (): object => ({
  type: 'authorized_user',
  client_id: 'client-1',
  client_secret: 'GOCSPX-client-secret',
  refresh_token: '1//refresh-token-of-a-user',
  token_uri: oauth.tokenUri,
});

async function written(name: string, content: object): Promise<string> {
  await writeFile(inFolder(name), JSON.stringify(content));
  return inFolder(name);
}

describe('each form', () => {
  it('anonymous: no header, and nothing to renew', async () => {
    const authorization = authorizationFor({ anonymous: true });
    expect(await authorization.headers(signal)).toEqual({});
    expect(authorization.refresh).toBeUndefined();
  });

  it('bearerToken: the token, until it ends', async () => {
    const authorization = authorizationFor({ bearerToken: 'ya29.a' });
    expect(await authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.a' });
    expect(authorization.refresh).toBeUndefined();
    const ended = authorizationFor({ bearerToken: 'ya29.a', expiresAfter: new Date(Date.now() - 1) });
    expect(await refusal(() => ended.headers(signal))).toMatchObject({ kind: 'unauthenticated', retry: 'no' });
  });

  it('getCredentials: what the callback gives', async () => {
    const authorization = authorizationFor({ getCredentials: async () => ({ bearer: 'ya29.mine' }) });
    expect(await authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.mine' });
  });

  it('serviceAccountFile and serviceAccountKey: a token for the key', async () => {
    const key = serviceAccount(oauth.signedUri);
    const file = await written('key.json', key);
    for (const credentials of [
      { serviceAccountFile: file },
      { serviceAccountKey: key },
      { serviceAccountKey: JSON.stringify(key) },
    ]) {
      const authorization = authorizationFor(credentials as GcsCredentialOptions);
      expect(await authorization.headers(signal)).toEqual(last());
    }
  });

  it.each([
    [false, 'read_write'],
    [true, 'read_only'],
  ])('asks for no more than it needs (readOnly: %s)', async (readOnly, scope) => {
    await authorizationFor({ serviceAccountKey: serviceAccount(oauth.signedUri), readOnly }).headers(signal);
    const payload = oauth.asked.at(-1)?.['assertion']?.split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      scope: `https://www.googleapis.com/auth/devstorage.${scope}`,
    });
  });

  it('applicationCredentials: a token for whatever is in the file', async () => {
    const authorization = authorizationFor({ applicationCredentials: await written('adc.json', user()) });
    expect(await authorization.headers(signal)).toEqual(last());
  });

  it('authClient: its headers; client: those of its AuthClient, unless it would send none', async () => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: 'ya29.theirs' });
    const expected = { authorization: 'Bearer ya29.theirs' };
    expect(await authorizationFor({ authClient }).headers(signal)).toEqual(expected);
    vi.stubEnv('GCLOUD_PROJECT', 'p');
    expect(await authorizationFor({ client: new Storage({ authClient }) }).headers(signal)).toEqual(expected);
    const emulator = new Storage({ authClient, apiEndpoint: 'http://127.0.0.1:1' });
    expect(await authorizationFor({ client: emulator }).headers(signal)).toEqual({});
  });

  it('authClient: the options say who pays where both do', async () => {
    const authClient = new OAuth2Client({ quotaProjectId: 'theirs' });
    authClient.setCredentials({ access_token: 'ya29.theirs' });
    const authorization = authorizationFor({ authClient, userProject: 'ours' });
    expect(await authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.theirs' });
  });

  it('authClient: one that gives nothing is told', async () => {
    const authorization = authorizationFor({ authClient: new PassThroughClient() });
    expect(await refusal(() => authorization.headers(signal))).toMatchObject({
      kind: 'unauthenticated',
      detail: 'google-auth-library gave no token',
    });
  });
});

describe('fromEnv', () => {
  it('takes the token of a variable, if it is one', async () => {
    const token = fromEnv({ kind: 'token', variable: variable('GOOGLE_BEARER_TOKEN', 'ya29.a') });
    expect(await token.headers(signal)).toEqual({ authorization: 'Bearer ya29.a' });
    const broken = { kind: 'token', variable: variable('GOOGLE_BEARER_TOKEN', 'ya29 secret') } as const;
    const error = await refusal(() => fromEnv(broken));
    expect(error.detail).toBe('GOOGLE_BEARER_TOKEN takes a token of visible ASCII characters, without "Bearer"');
  });

  it('takes keys of service accounts, and names the variable where they are wrong', async () => {
    const key = JSON.stringify(serviceAccount(oauth.signedUri));
    const inVariable = fromEnv({ kind: 'service_account_key', variable: variable('GOOGLE_SERVICE_ACCOUNT_KEY', key) });
    expect(await inVariable.headers(signal)).toEqual(last());
    const file = await written('env.json', serviceAccount(oauth.signedUri));
    const inFile = fromEnv({ kind: 'service_account_file', variable: variable('SERVICE_ACCOUNT', file) });
    expect(await inFile.headers(signal)).toEqual(last());
    const absent = variable('SERVICE_ACCOUNT', inFolder('absent.json'));
    const missing = fromEnv({ kind: 'service_account_file', variable: absent });
    expect((await refusal(() => missing.headers(signal))).detail).toBe(
      `SERVICE_ACCOUNT names no file: "${absent.value}"`,
    );
  });

  it('takes application default credentials: the file of the variable, gcloud’s, or the metadata server', async () => {
    const named = variable('GOOGLE_APPLICATION_CREDENTIALS', await written('named.json', user()));
    expect(await fromEnv({ kind: 'application_credentials', variable: named }).headers(signal)).toEqual(last());
    const gcloudFile = await written('gcloud.json', user());
    expect(await fromEnv({ kind: 'default', gcloudFile }).headers(signal)).toEqual(last());

    const metadata = await startScriptedServer();
    vi.stubEnv('GCE_METADATA_HOST', new URL(metadata.url).host);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    const body = JSON.stringify({ access_token: 'ya29.machine', expires_in: 1_800, token_type: 'Bearer' });
    metadata.respond(() => ({ headers: { 'metadata-flavor': 'Google', 'content-type': 'application/json' }, body }));
    for (const environment of [
      { kind: 'default' },
      { kind: 'default', gcloudFile: inFolder('none', 'adc.json') },
    ] as const) {
      expect(await fromEnv(environment).headers(signal)).toEqual({ authorization: 'Bearer ya29.machine' });
    }
    await metadata.close();
  });

  it('does not pass by a file of gcloud that is broken', async () => {
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    await mkdir(inFolder('folder'));
    const broken = fromEnv({ kind: 'default', gcloudFile: inFolder('folder') });
    expect((await refusal(() => broken.headers(signal))).detail).toBe(
      `gcloud's file names a folder, and takes the path of a file: "${inFolder('folder')}"`,
    );
    const none = fromEnv({ kind: 'default', gcloudFile: inFolder('none.json') });
    expect((await refusal(() => none.headers(signal))).detail).toMatch(/^fromEnv found no credentials/);
  });
});

describe('tokens', () => {
  it('are asked for once, however many requests wait', async () => {
    const before = oauth.asked.length;
    const authorization = authorizationFor({ applicationCredentials: await written('many.json', user()) });
    const all = await Promise.all(Array.from({ length: 20 }, () => authorization.headers(signal)));
    expect(new Set(all).size).toBe(1);
    expect(oauth.asked.length).toBe(before + 1);
  });

  it('are renewed two minutes before they end', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2031, 0, 1) });
    const authorization = authorizationFor({ applicationCredentials: await written('renewed.json', user()) });
    const first = await authorization.headers(signal);
    vi.setSystemTime(Date.now() + (3_600 - 121) * 1_000);
    expect(await authorization.headers(signal)).toBe(first);
    vi.setSystemTime(Date.now() + 2_000);
    expect(await authorization.headers(signal)).not.toEqual(first);
    expect(await authorization.headers(signal)).toEqual(last());
  });

  it('that were refused are renewed with the file as it is now', async () => {
    const path = await written('rotated.json', user());
    const authorization = authorizationFor({ applicationCredentials: path });
    const refused = await authorization.headers(signal);
    await written('rotated.json', { ...user(), refresh_token: '1//another-token' });
    await authorization.refresh?.({ signal }, refused);
    expect(await authorization.headers(signal)).toEqual(last());
    expect(oauth.asked.at(-1)?.['refresh_token']).toBe('1//another-token');
  });

  it('of an AuthClient are renewed through it, once for all that were refused', async () => {
    const authClient = new OAuth2Client();
    let calls = 0;
    authClient.refreshHandler = async () => ({ access_token: `ya29.${++calls}`, expiry_date: Date.now() + 3_600_000 });
    const authorization = authorizationFor({ authClient });
    const refused = await authorization.headers(signal);
    await Promise.all([1, 2, 3].map(() => authorization.refresh?.({ signal }, refused)));
    expect(await authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.2' });
    await authorization.refresh?.({ signal }, refused);
    expect(calls).toBe(2);
  });

  it('of an AuthClient of workload identity are renewed through it', async () => {
    const sts = await startScriptedServer();
    await writeFile(inFolder('subject'), 'subject-token');
    const authClient = new IdentityPoolClient({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${sts.url}/sts`,
      credential_source: { file: inFolder('subject') },
    });
    const answer = { expires_in: 3_600, token_type: 'Bearer' };
    for (const access_token of ['ya29.1', 'ya29.2'])
      sts.next({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ access_token, ...answer }) });
    const authorization = authorizationFor({ authClient });
    const refused = await authorization.headers(signal);
    await authorization.refresh?.({ signal }, refused);
    expect(await authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.2' });
    await sts.close();
  });

  it('can be had after a failure: none is remembered', async () => {
    const path = inFolder('later.json');
    const authorization = authorizationFor({ serviceAccountFile: path });
    expect((await refusal(() => authorization.headers(signal))).kind).toBe('invalid_options');
    await written('later.json', serviceAccount(oauth.signedUri));
    oauth.answerWith({ status: 503, body: {} });
    expect((await refusal(() => authorization.headers(signal))).kind).toBe('unavailable');
    oauth.answerWith(undefined);
    expect(await authorization.headers(signal)).toEqual(last());
  });
});

describe('a callback', () => {
  it('that throws is told in its words, but not in secrets', async () => {
    const secret = 'GOCSPX-client-secret';
    const thrown = Object.assign(new Error(`vault refused ${secret}`), { config: { secret } });
    const authorization = authorizationFor({ getCredentials: () => Promise.reject(thrown) });
    const error = await refusal(() => authorization.headers(signal));
    expect(error).toMatchObject({
      kind: 'unauthenticated',
      detail: 'no token could be had for getCredentials: vault refused …',
    });
    expect(leaksOf(error, { secret })).toEqual([]);
  });

  const faults: readonly [string, unknown, string][] = [
    ['nothing', undefined, 'bearer takes a token of visible ASCII characters, without "Bearer"'],
    [
      'no bearer',
      { access_token: 'ya29.very-secret' },
      'bearer takes a token of visible ASCII characters, without "Bearer"',
    ],
    [
      'a header',
      { bearer: 'Bearer ya29.very-secret' },
      'bearer takes a token of visible ASCII characters, without "Bearer"',
    ],
    ['a time as text', { bearer: 'ya29.very-secret', expiresAfter: '2031-01-01' }, 'expiresAfter takes a valid Date'],
  ];
  it.each(faults)('that gives %s is told so', async (_, given, fault) => {
    const authorization = authorizationFor({ getCredentials: async () => given as never });
    const error = await refusal(() => authorization.headers(signal));
    expect(error).toMatchObject({
      kind: 'invalid_options',
      detail: `getCredentials gave no usable credentials: ${fault}`,
    });
    expect(leaksOf(error, { token: 'ya29.very-secret' })).toEqual([]);
  });
});

it('shows no secret, before and after it has a token', async () => {
  const secrets = {
    key: PRIVATE_PART,
    refresh: '1//refresh-token-of-a-user',
    client: 'GOCSPX-client-secret',
    token: 'ya29.very-secret',
  };
  const all = [
    authorizationFor({ serviceAccountKey: serviceAccount(oauth.signedUri) }),
    authorizationFor({ applicationCredentials: await written('secret.json', user()) }),
    authorizationFor({ bearerToken: secrets.token }),
    authorizationFor({ getCredentials: async () => ({ bearer: secrets.token }) }),
  ];
  for (const authorization of all) {
    expect(leaksOf(authorization, secrets)).toEqual([]);
    await authorization.headers(signal);
    expect(leaksOf(authorization, secrets)).toEqual([]);
  }
});
