import { writeFile } from 'node:fs/promises';
import { leaksOf } from '@icechunk-tooling/secrets';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { tokenForKey, tokenFromMetadataServer } from '../src/google-auth.ts';
import type { GoogleKey } from '../src/key-file.ts';
import { errorFromAuth } from '../src/token-errors.ts';
import { refusal } from './refusal.ts';
import { PRIVATE_PART, serviceAccount } from './service-account.ts';
import { tempFolder } from './temp-folder.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

const inFolder = tempFolder();
const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
const request = (): Parameters<typeof tokenForKey>[1] => ({
  scope,
  baseUrl: 'https://storage.googleapis.com',
  signal: new AbortController().signal,
});

let oauth: TokenServer;
let server: Awaited<ReturnType<typeof startScriptedServer>>;
let warnings: MockInstance[];
beforeAll(async () => {
  oauth = await startTokenServer();
});
afterAll(() => oauth.stop());
beforeEach(async () => {
  server = await startScriptedServer();
  warnings = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(process, 'emitWarning')];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  oauth.answerWith(undefined);
  await server.close();
  for (const warning of warnings) expect(warning).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

const json = (body: object): { headers: Record<string, string>; body: string } => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const secrets = { refresh: '1//refresh-token-of-a-user', client: 'GOCSPX-client-secret', key: PRIVATE_PART };
const user = (): GoogleKey => ({
  type: 'authorized_user',
  client_id: 'client-1',
  client_secret: secrets.client,
  refresh_token: secrets.refresh,
  quota_project_id: 'somebody-pays',
  token_uri: oauth.tokenUri,
});
const account = (fields: object = {}): GoogleKey => ({ ...serviceAccount(oauth.signedUri), ...fields }) as GoogleKey;

const audience = '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b';
const workload = (): GoogleKey => ({
  type: 'external_account',
  audience,
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  token_url: `${server.url}/sts`,
  credential_source: { file: inFolder('subject') },
});

function decoded(part: string | undefined): unknown {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
}

describe('a service account', () => {
  it('signs for the token endpoint of its key, and is given a token', async () => {
    const before = Date.now();
    const token = await tokenForKey(account(), request());
    const [asked] = oauth.asked.slice(-1);
    expect(token.headers).toEqual({ authorization: `Bearer ya29.token-${oauth.asked.length}` });
    expect(token.expiresAfter?.getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(token.expiresAfter?.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
    expect(asked?.['grant_type']).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [, payload] = (asked?.['assertion'] ?? '').split('.');
    const iss = 'writer@my-project.iam.gserviceaccount.com';
    expect(decoded(payload)).toMatchObject({ iss, scope, aud: oauth.signedUri });
  });

  it('signs its tokens by itself in another universe, and only for it', async () => {
    const before = oauth.asked.length;
    const elsewhere = account({ universe_domain: 'example-universe.test' });
    const token = await tokenForKey(elsewhere, { ...request(), baseUrl: 'https://storage.example-universe.test' });
    const [, payload] = (token.headers['authorization'] ?? '').split('.');
    expect(decoded(payload)).toMatchObject({ iss: 'writer@my-project.iam.gserviceaccount.com', scope });
    expect(token.expiresAfter?.getTime()).toBe((decoded(payload) as { exp: number }).exp * 1000);
    expect(oauth.asked.length).toBe(before);
    expect(await refusal(() => tokenForKey(elsewhere, request()))).toMatchObject({
      kind: 'invalid_options',
      detail:
        'the credentials are of another universe than googleapis.com: give its endpointUrl, such as https://storage.<universe>',
    });
  });
});

describe('a user', () => {
  it('is given a token for the refresh token, without the project that gcloud left', async () => {
    const token = await tokenForKey(user(), request());
    expect(token.headers).toEqual({ authorization: `Bearer ya29.token-${oauth.asked.length}` });
    expect(token.expiresAfter).toBeInstanceOf(Date);
    expect(oauth.asked.at(-1)).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: secrets.refresh,
      client_id: 'client-1',
      client_secret: secrets.client,
    });
  });
});

describe('workload identity', () => {
  it('exchanges the token of a file', async () => {
    await writeFile(inFolder('subject'), 'subject-token');
    server.next(json({ access_token: 'ya29.sts', expires_in: 600, token_type: 'Bearer', issued_token_type: 'x' }));
    const token = await tokenForKey(workload(), request());
    expect(token.headers).toEqual({ authorization: 'Bearer ya29.sts' });
    const body = new URLSearchParams(Buffer.from(server.requests[0]?.body ?? []).toString());
    expect(Object.fromEntries(body)).toMatchObject({ audience, scope, subject_token: 'subject-token' });
  });

  it('renews what a workforce has', async () => {
    server.next(json({ access_token: 'ya29.workforce', expires_in: 600, token_type: 'Bearer' }));
    const token = await tokenForKey(
      { ...user(), type: 'external_account_authorized_user', token_url: `${server.url}/token` },
      request(),
    );
    expect(token.headers).toEqual({ authorization: 'Bearer ya29.workforce' });
  });
});

describe('impersonation', () => {
  it('asks with the token of its source, for the scope that is needed', async () => {
    server.next(json({ accessToken: 'ya29.impersonated', expireTime: '2031-02-03T04:05:06Z' }));
    const token = await tokenForKey(
      {
        type: 'impersonated_service_account',
        service_account_impersonation_url: `${server.url}/v1/a@b:generateAccessToken`,
        delegates: ['one@b'],
        source_credentials: user(),
      },
      request(),
    );
    expect(token).toEqual({
      headers: { authorization: 'Bearer ya29.impersonated' },
      expiresAfter: new Date(Date.UTC(2031, 1, 3, 4, 5, 6)),
    });
    const [asked] = server.requests;
    expect(asked).toMatchObject({ method: 'POST', path: '/v1/a@b:generateAccessToken' });
    expect(asked?.headers['authorization']).toBe(`Bearer ya29.token-${oauth.asked.length}`);
    expect(JSON.parse(Buffer.from(asked?.body ?? []).toString())).toEqual({ scope: [scope], delegates: ['one@b'] });
  });

  it.each([{}, { accessToken: 'ya29.a b\nc', expireTime: '2031-02-03T04:05:06Z' }, null])(
    'takes %j for no token',
    async (answer) => {
      server.next({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) });
      const key: GoogleKey = {
        type: 'impersonated_service_account',
        service_account_impersonation_url: server.url,
        source_credentials: user(),
      };
      const error = errorFromAuth(await tokenForKey(key, request()).catch((err: unknown) => err), 'x');
      expect(error).toMatchObject({ kind: 'unauthenticated' });
    },
  );

  it('needs a source that is complete', async () => {
    const key: GoogleKey = {
      type: 'impersonated_service_account',
      service_account_impersonation_url: server.url,
      source_credentials: { ...user(), refresh_token: '' },
    };
    expect((await refusal(() => tokenForKey(key, request()))).detail).toBe(
      "the file's source_credentials holds a key of type authorized_user without refresh_token",
    );
  });
});

describe('the metadata server', () => {
  it('gives the token of the machine', async () => {
    vi.stubEnv('GCE_METADATA_HOST', new URL(server.url).host);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    const flavour = { 'metadata-flavor': 'Google' };
    server.next({
      headers: { ...flavour, 'content-type': 'application/json' },
      body: JSON.stringify({ access_token: 'ya29.machine', expires_in: 1_800, token_type: 'Bearer' }),
    });
    const token = await tokenFromMetadataServer(request());
    expect(token.headers).toEqual({ authorization: 'Bearer ya29.machine' });
    expect(token.expiresAfter).toBeInstanceOf(Date);
    expect(server.requests[0]).toMatchObject({
      path: '/computeMetadata/v1/instance/service-accounts/default/token',
      headers: flavour,
    });
  });

  it('is looked for anew after it was not there', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    vi.stubEnv('METADATA_SERVER_DETECTION', 'ping-only');
    vi.stubEnv('GCE_METADATA_HOST', new URL(gone.url).host);
    expect((await refusal(() => tokenFromMetadataServer(request()))).kind).toBe('unauthenticated');
    vi.stubEnv('GCE_METADATA_HOST', new URL(server.url).host);
    const body = JSON.stringify({ access_token: 'ya29.later', expires_in: 1_800, token_type: 'Bearer' });
    server.respond(() => ({ headers: { 'metadata-flavor': 'Google', 'content-type': 'application/json' }, body }));
    expect((await tokenFromMetadataServer(request())).headers).toEqual({ authorization: 'Bearer ya29.later' });
  });

  it('is not asked where there is none', async () => {
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
    const error = await refusal(() => tokenFromMetadataServer(request()));
    expect(error).toMatchObject({ kind: 'unauthenticated', retry: 'no' });
    expect(error.detail).toMatch(
      /^fromEnv found no credentials: .*GOOGLE_APPLICATION_CREDENTIALS.*gcloud.*metadata server$/,
    );
  });
});

describe('failures', () => {
  const explained = async (key: GoogleKey): Promise<unknown> =>
    tokenForKey(key, request()).then(
      () => 'a token',
      (err: unknown) => errorFromAuth(err, 'x'),
    );

  it.each([account, user])('of the token endpoint are told, and asked for once', async (key) => {
    const before = oauth.asked.length;
    oauth.answerWith({ status: 503, body: {} });
    expect(await explained(key())).toMatchObject({ kind: 'unavailable', retry: 'again', status: 503 });
    expect(oauth.asked.length).toBe(before + 1);
    oauth.answerWith({ status: 400, body: { error: 'invalid_grant', error_description: 'Account has been deleted' } });
    const error = await explained(key());
    expect(error).toMatchObject({
      kind: 'unauthenticated',
      retry: 'no',
      detail: 'no token was given for x (invalid_grant: Account has been deleted)',
    });
    expect(leaksOf(error, secrets)).toEqual([]);
  });

  it('show nothing of what was sent, also where the endpoint repeats it', async () => {
    for (const key of [
      account({ token_uri: `${server.url}/token` }),
      { ...user(), token_uri: `${server.url}/token` },
    ]) {
      let sent = '';
      server.respond(({ body }) => {
        sent = Buffer.from(body).toString();
        const all = Object.fromEntries(new URLSearchParams(sent));
        return { status: 400, ...json({ error: 'odd', error_description: `got ${JSON.stringify(all)}` }) };
      });
      const error = await explained(key);
      const assertion = new URLSearchParams(sent).get('assertion') ?? secrets.refresh;
      expect(leaksOf(error, { ...secrets, assertion })).toEqual([]);
      server.respond(({ body }) => ({ status: 400, body: Buffer.from(body).toString() }));
      expect(leaksOf(await explained(key), { ...secrets, assertion })).toEqual([]);
    }
  });

  it.each<[string, () => GoogleKey]>([
    ['a service account', () => account({ token_uri: `${server.url}/token` })],
    ['a user', () => ({ ...user(), token_uri: `${server.url}/token` })],
    ['workload identity', workload],
    ['workforce', () => ({ ...user(), type: 'external_account_authorized_user', token_url: `${server.url}/token` })],
  ])('follow no redirect, which would be given the keys, and are asked for once: %s', async (_, key) => {
    await writeFile(inFolder('subject'), 'subject-token');
    const elsewhere = await startScriptedServer();
    server.next({ status: 307, headers: { location: `${elsewhere.url}/token` } }, { status: 503 });
    expect(await explained(key())).toMatchObject({ kind: 'unauthenticated', status: 307 });
    expect(await explained(key())).toMatchObject({ kind: 'unavailable', status: 503 });
    expect([server.requests.length, elsewhere.requests.length]).toEqual([2, 0]);
    await elsewhere.close();
  });

  it.each<[string, () => GoogleKey]>([
    ['a service account', () => account({ token_uri: `${server.url}/token` })],
    ['a user', () => ({ ...user(), token_uri: `${server.url}/token` })],
    ['workload identity', workload],
  ])('are an answer without a token: %s', async (_, key) => {
    await writeFile(inFolder('subject'), 'subject-token');
    server.next(json({ expires_in: 600 }));
    expect(await explained(key())).toMatchObject({ kind: 'unauthenticated' });
  });

  it('end an exchange of tokens that takes too long', async () => {
    await writeFile(inFolder('subject'), 'subject-token');
    const limit = new AbortController();
    server.respond(() => {
      limit.abort(new Error('late'));
      return { never: true };
    });
    await expect(tokenForKey(workload(), { ...request(), signal: limit.signal })).rejects.toThrow();
    await server.connections[0]?.closed;
  });

  it('of the network are told', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    expect(await explained(account({ token_uri: `${gone.url}/token` }))).toMatchObject({
      kind: 'unavailable',
      retry: 'again',
      providerCode: 'ECONNREFUSED',
    });
  });

  it('of a key that is none are told', async () => {
    const error = await explained(
      account({ private_key: '-----BEGIN PRIVATE KEY-----\nmy-private-key\n-----END PRIVATE KEY-----\n' }),
    );
    expect(error).toMatchObject({
      kind: 'invalid_options',
      detail: 'x holds a private_key that cannot be used to sign',
    });
  });

  it('end what is under way when it takes too long', async () => {
    const limit = new AbortController();
    server.respond(() => {
      limit.abort(new Error('late'));
      return { never: true };
    });
    await expect(
      tokenForKey(account({ token_uri: `${server.url}/token` }), { ...request(), signal: limit.signal }),
    ).rejects.toThrow();
    await server.connections[0]?.closed;
  });
});
