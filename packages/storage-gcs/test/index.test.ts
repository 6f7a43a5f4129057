import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isStorageError, type Storage, type StorageEvent } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { type RecordedRequest, type ScriptedAnswer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GcsCredentialOptions, type GcsStorageOptions, gcsStorage } from '../src/index.ts';
import { refusal } from './refusal.ts';
import { PRIVATE_PART, serviceAccount } from './service-account.ts';
import { tempFolder } from './temp-folder.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

const bucket = 'icechunk-test';
const inFolder = tempFolder();
let oauth: TokenServer;
let server: Awaited<ReturnType<typeof startScriptedServer>>;
const storages: Storage[] = [];
beforeAll(async () => {
  oauth = await startTokenServer();
});
afterAll(() => oauth.stop());
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  for (const storage of storages.splice(0)) await storage.close();
  await server.close();
});

const found: ScriptedAnswer = {
  headers: { 'x-goog-generation': '7', etag: '"CAc="', 'content-type': 'text/plain' },
  body: 'bytes',
};

function open(credentials: GcsCredentialOptions, more: Partial<GcsStorageOptions> = {}): Storage {
  const place = { bucket, endpointUrl: server.url, allowHttp: true, settings: { retries: { maxTries: 1 } } };
  const storage = gcsStorage({ ...place, ...credentials, ...more } as GcsStorageOptions);
  storages.push(storage);
  return storage;
}

const read = async (storage: Storage): Promise<string> =>
  Buffer.from(await (await storage.getObject('config.yaml')).bytes()).toString();

// As Google answers to a token that has ended (https://cloud.google.com/storage/docs/json_api/v1/status-codes, seen 2026-11).
const unauthorised: ScriptedAnswer = {
  status: 401,
  headers: { 'content-type': 'application/json', 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
  body: JSON.stringify({
    error: {
      code: 401,
      message: 'Invalid Credentials',
      errors: [{ message: 'Invalid Credentials', domain: 'global', reason: 'authError' }],
    },
  }),
};

describe('gcsStorage', () => {
  it('does no I/O until it is asked for something', async () => {
    const storage = open({ serviceAccountFile: inFolder('absent.json') }, { prefix: 'a' });
    expect(storage.info).toEqual({
      backend: 'Google Cloud Storage',
      fields: { bucket, prefix: 'a', endpointUrl: server.url },
    });
    expect(await storage.canWrite()).toBe(true);
    expect(await storage.canCreateRepository()).toBe('allowed');
    expect(server.connections).toHaveLength(0);
  });

  it('refuses writes where it is read-only', async () => {
    const storage = open({ anonymous: true }, { readOnly: true });
    expect(await storage.canWrite()).toBe(false);
    expect((await refusal(() => storage.putObject('a', new Uint8Array(1)))).kind).toBe('read_only');
  });

  it('sends the token, and for whom', async () => {
    server.next(found);
    expect(await read(open({ bearerToken: 'ya29.a' }, { userProject: 'payer', prefix: 'my/prefix' }))).toBe('bytes');
    expect(server.requests[0]).toMatchObject({
      path: '/storage/v1/b/icechunk-test/o/my%2Fprefix%2Fconfig.yaml?alt=media&userProject=payer',
      headers: { authorization: 'Bearer ya29.a' },
    });
  });

  it('sends no credentials where it has none', async () => {
    server.next(found);
    await read(open({ anonymous: true }));
    expect(server.requests[0]?.headers['authorization']).toBeUndefined();
  });
});

describe('a token that ends in the middle of a job', () => {
  /** Takes one token at a time. */
  function taking(token: { current: string }): (request: RecordedRequest) => ScriptedAnswer {
    return ({ headers }) => (headers['authorization'] === `Bearer ${token.current}` ? found : unauthorised);
  }

  it('is renewed once, and everything goes on', async () => {
    const token = { current: 'ya29.mine-1' };
    server.respond(taking(token));
    let calls = 0;
    const events: StorageEvent[] = [];
    const storage = open(
      { getCredentials: async () => ({ bearer: `ya29.mine-${++calls}` }) },
      { onEvent: (event) => events.push(event) },
    );
    expect(await read(storage)).toBe('bytes');
    token.current = 'ya29.mine-2';
    expect(await Promise.all(Array.from({ length: 16 }, () => read(storage)))).toEqual(Array(16).fill('bytes'));
    expect(calls).toBe(2);
    expect(events.map(({ kind }) => kind)).toContain('credentials_renewed');
  });

  it('is renewed at its token endpoint, for service accounts and users', async () => {
    const user = {
      type: 'authorized_user',
      client_id: 'a',
      client_secret: 'b',
      refresh_token: 'c',
      token_uri: oauth.tokenUri,
    };
    await writeFile(inFolder('user.json'), JSON.stringify(user));
    for (const credentials of [
      { serviceAccountKey: serviceAccount(oauth.signedUri) },
      { applicationCredentials: inFolder('user.json') },
    ] as const) {
      const token = { current: `ya29.token-${oauth.asked.length + 1}` };
      server.respond(taking(token));
      const storage = open(credentials as GcsCredentialOptions);
      expect(await read(storage)).toBe('bytes');
      token.current = `ya29.token-${oauth.asked.length + 1}`;
      expect(await read(storage)).toBe('bytes');
    }
  });

  it('is told once the renewed one is refused as well', async () => {
    server.respond(() => unauthorised);
    let calls = 0;
    const storage = open({ getCredentials: async () => ({ bearer: `ya29.very-secret-${++calls}` }) });
    const error = await refusal(() => read(storage));
    expect(error).toMatchObject({ kind: 'unauthenticated', status: 401 });
    expect(calls).toBe(2);
    expect(leaksOf(error, { token: 'ya29.very-secret' })).toEqual([]);
  });

  it('is told at once where nothing renews it', async () => {
    server.respond(() => unauthorised);
    expect(await refusal(() => read(open({ bearerToken: 'ya29.a' })))).toMatchObject({
      kind: 'unauthenticated',
      status: 401,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('bad input', () => {
  const secrets = {
    token: 'ya29.very-secret-token',
    key: PRIVATE_PART,
    refresh: '1//very-secret-refresh-token',
    client: 'GOCSPX-very-secret',
  };
  const failed = async (credentials: GcsCredentialOptions, more: Partial<GcsStorageOptions> = {}): Promise<unknown> => {
    const error = await refusal(() => read(open(credentials, more)));
    expect(isStorageError(error)).toBe(true);
    expect(leaksOf(error, secrets)).toEqual([]);
    for (const storage of storages) expect(leaksOf(storage, secrets)).toEqual([]);
    return error;
  };
  const token = { bearerToken: secrets.token };

  it('a wrong file', async () => {
    await mkdir(inFolder('folder'));
    await writeFile(inFolder('text.json'), `secret ${secrets.refresh}`);
    for (const [name, words] of [
      ['absent.json', 'names no file'],
      ['folder', 'names a folder'],
      ['text.json', 'is no JSON'],
    ] as const) {
      const path = inFolder(name);
      const expected = {
        kind: 'invalid_options',
        operation: 'getObject',
        message: expect.stringContaining(words) as string,
      };
      expect(await failed({ serviceAccountFile: path })).toMatchObject(expected);
      expect(await failed({ applicationCredentials: path })).toMatchObject(expected);
    }
  });

  it('a malformed key, and one without its private key', async () => {
    const key = serviceAccount();
    const damaged = key.private_key.replace(PRIVATE_PART.slice(0, 40), '');
    expect(await failed({ serviceAccountKey: JSON.stringify(key).slice(0, -5) })).toMatchObject({
      kind: 'invalid_options',
    });
    expect(await failed({ serviceAccountKey: { ...key, private_key: '' } })).toMatchObject({
      kind: 'invalid_options',
      detail: 'serviceAccountKey holds a key of type service_account without private_key',
    });
    expect(await failed({ serviceAccountKey: { ...key, private_key: damaged } })).toMatchObject({
      kind: 'invalid_options',
      detail: 'serviceAccountKey holds a private_key that cannot be used to sign',
    });
  });

  it('two forms at once', async () => {
    expect(await failed({ ...token, serviceAccountKey: serviceAccount() } as never)).toMatchObject({
      kind: 'invalid_options',
      detail: 'serviceAccountKey and bearerToken exclude each other: give one',
    });
  });

  it('a name that no bucket has', async () => {
    for (const name of ['gs://icechunk-test', 'a/b', 'a..b', '.a']) {
      expect(await failed(token, { bucket: name })).toMatchObject({
        kind: 'invalid_options',
        message: expect.stringMatching(/^invalid_options: bucket /) as string,
      });
    }
    server.next(found);
    expect(await read(open(token, { bucket: 'data.example.org' }))).toBe('bytes');
  });

  it('a token that has ended, with nothing to renew it', async () => {
    const expiresAfter = new Date(Date.now() - 1);
    expect(await failed({ ...token, expiresAfter })).toMatchObject({ kind: 'unauthenticated', retry: 'no' });
    expect(server.requests).toHaveLength(0);
  });

  it('no network', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    expect(await failed(token, { endpointUrl: gone.url })).toMatchObject({
      kind: 'unavailable',
      providerCode: 'ECONNREFUSED',
      retryable: true,
    });
  });

  it('403, and no such bucket', async () => {
    // https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11)
    const said = (code: number, reason: string, message: string): ScriptedAnswer => ({
      status: code,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code, message, errors: [{ domain: 'global', reason, message }] } }),
    });
    server.next(
      said(403, 'forbidden', 'writer@my-project.iam.gserviceaccount.com does not have storage.objects.get access.'),
    );
    expect(await failed(token)).toMatchObject({ kind: 'permission_denied', status: 403 });
    server.next(said(404, 'notFound', 'The specified bucket does not exist.'));
    const detail = `there is no bucket "${bucket}" at ${server.url}`;
    expect(await failed(token)).toMatchObject({ kind: 'invalid_options', detail });
  });
});

describe('what is loaded', () => {
  const program = join(import.meta.dirname, 'programs/loaded-packages.ts');
  const loaded = async (credentials: GcsCredentialOptions, ...verb: readonly string[]): Promise<string[]> => {
    const args = ['--conditions=@icechunk/source', program, server.url, JSON.stringify(credentials), ...verb];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    expect(stderr).toBe('');
    return JSON.parse(stdout) as string[];
  };

  const token = { bearerToken: 'ya29.a' };

  it('is nothing, until the first request', async () => {
    const key = { serviceAccountKey: serviceAccount(oauth.signedUri) };
    for (const credentials of [token, key]) expect(await loaded(credentials)).toEqual([]);
  });

  it('is undici alone, for a token that is there', async () => {
    server.next(found);
    expect(await loaded(token, 'get')).toEqual(['undici']);
  });

  it('is google-auth-library as well, for one that has to be asked for', async () => {
    server.next(found);
    const packages = await loaded({ serviceAccountKey: serviceAccount(oauth.signedUri) }, 'get');
    expect(packages).toEqual(expect.arrayContaining(['google-auth-library', 'undici']));
  });
});
