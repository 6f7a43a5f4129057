import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { isStorageError, type StorageErrorKind } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describeWithServer, type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AzureStorageOptions, azureStorage } from '../src/index.ts';

/** What a user may take for secret, in every test of this file. */
const secrets = {
  key: Buffer.from('a key of the account, which signs').toString('base64'),
  signature: 'c2lnbmF0dXJlLW9mLWEtc2Fz',
  token: 'header.payload-of-a-token.signature',
};
const SAS = `sv=2024-11-04&sp=rwdl&se=2999-01-01&sig=${secrets.signature}`;
const place = { account: 'weather', container: 'icechunk-test', prefix: 'repo' };
const settings = { retries: { maxTries: 1 } };

/** What becomes of a first write: the error of whatever refuses it, by itself or by a request. */
async function errorOf(options: AzureStorageOptions): Promise<unknown> {
  try {
    const storage = azureStorage(options);
    expect(leaksOf(storage, secrets)).toEqual([]);
    try {
      await storage.putObject('a/b', new Uint8Array(3));
    } finally {
      await storage.close();
    }
  } catch (err) {
    return err;
  }
  return undefined;
}

function expectClear(err: unknown, kind: StorageErrorKind, words: RegExp): void {
  expect(isStorageError(err, kind), inspect(err)).toBe(true);
  expect((err as Error).message).toMatch(words);
  expect(leaksOf(err, secrets)).toEqual([]);
  expect(inspect(err)).not.toMatch(/[?&]s(ig|v|p|e)=/);
}

describe('bad input, before any request', () => {
  it.each([
    ['an account that cannot exist', { ...place, account: 'my-account', accountKey: secrets.key }, /account takes/],
    ['a container that cannot exist', { ...place, container: 'A_B', accountKey: secrets.key }, /container takes/],
    ['a key that is no base64', { ...place, accountKey: `${secrets.key}!` }, /accountKey takes .* in base64/],
    ['a signature that is none', { ...place, sasToken: secrets.key }, /sasToken takes .* sig=/],
    ['a signature that is over', { ...place, sasToken: SAS.replace('2999', '2019') }, /sasToken expired on 2019-01-01/],
    ['two forms', { ...place, accountKey: secrets.key, sasToken: SAS }, /accountKey and sasToken exclude each other/],
    ['no form', place, /credentials are missing: give fromEnv, accountKey/],
    ['http', { ...place, sasToken: SAS, endpointUrl: 'http://h' }, /plain http, .* allowHttp: true/],
    ['a token over http', { ...place, bearerToken: secrets.token, endpointUrl: 'http://h', allowHttp: true }, /https/],
    [
      'an address with a signature',
      { ...place, anonymous: true, endpointUrl: `https://h/?${SAS}` },
      /must not hold a \?/,
    ],
    ['a prefix that leads out', { ...place, accountKey: secrets.key, prefix: '../other' }, /prefix must not have/],
    ['the name of the page', { ...place, accountName: 'weather', accountKey: secrets.key }, /accountName is account/],
    [
      'a setting that there is not',
      { ...place, anonymous: true, settings: { retry: 1 } },
      /settings.retry is no setting/,
    ],
  ])('%s', async (_, options, words) => {
    expectClear(await errorOf(options as AzureStorageOptions), 'invalid_options', words);
  });
});

describe('bad input, as Azure answers it', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.close());

  // https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes and blob-service-error-codes (seen 2026-11).
  function answer(status: number, code: string, message: string): void {
    const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    server.next({ status, headers: { 'x-ms-error-code': code, 'content-type': 'application/xml' }, body });
  }

  const at = () => ({ ...place, endpointUrl: server.url, allowHttp: true, settings });

  it('a wrong key, or a signature that is over by now', async () => {
    const words = 'Server failed to authenticate the request.';
    for (const credentials of [{ accountKey: secrets.key }, { sasToken: SAS }]) {
      answer(
        403,
        'AuthenticationFailed',
        `${words}\nRequestId:0\nThe MAC signature found in ${SAS.replaceAll('&', '&amp;')} is not it`,
      );
      expectClear(
        await errorOf({ ...at(), ...credentials } as AzureStorageOptions),
        'unauthenticated',
        /failed to auth/,
      );
    }
  });

  it('a narrow signature', async () => {
    answer(403, 'AuthorizationPermissionMismatch', 'This request is not authorized using this permission.');
    expectClear(await errorOf({ ...at(), sasToken: SAS }), 'permission_denied', /forbids it .*using this permission/);
  });

  it('no such container', async () => {
    answer(404, 'ContainerNotFound', 'The specified container does not exist.');
    const error = await errorOf({ ...at(), sasToken: SAS });
    expectClear(error, 'invalid_options', /there is no container "[a-z-]+" at http:\/\/127\.0\.0\.1:\d+/);
  });

  it('a server that fails', async () => {
    answer(500, 'InternalError', 'The server encountered an internal error.');
    expectClear(await errorOf({ ...at(), sasToken: SAS }), 'unavailable', /status 500/);
  });

  it('a connection that breaks', async () => {
    server.next({ resetBeforeAnswer: true });
    expectClear(await errorOf({ ...at(), sasToken: SAS }), 'unavailable', /connection broke/);
  });

  it('an answer that does not come', async () => {
    server.next({ never: true });
    const timeouts = { networkStreamTimeoutMs: 50 };
    const options = { ...at(), sasToken: SAS, settings: { ...settings, timeouts } };
    expectClear(await errorOf(options), 'timeout', /did not answer in time/);
  });

  it('a certificate that nobody trusts', async () => {
    const { generate } = await import('selfsigned');
    const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], { algorithm: 'sha256' });
    const untrusted = await startScriptedServer({ tls: { cert: pems.cert, key: pems.private } });
    const error = await errorOf({ ...place, sasToken: SAS, endpointUrl: untrusted.url, settings });
    await untrusted.close();
    expectClear(error, 'unavailable', /certificate is not to be trusted/);
    expect(error).toMatchObject({ retry: 'no' });
  });

  it('nobody there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { readonly port: number };
    await new Promise((resolve) => closed.close(resolve));
    const options = { ...place, sasToken: SAS, endpointUrl: `https://127.0.0.1:${port}`, settings };
    expectClear(await errorOf(options), 'unavailable', /nothing listens at the endpoint/);
  });

  it('a host that there is not', async () => {
    const options = { ...place, sasToken: SAS, endpointUrl: 'https://nowhere.invalid', settings };
    expectClear(await errorOf(options), 'unavailable', /name of the host cannot be resolved|no way to the host/);
  });
});

describeWithServer('azurite', 'bad input, as Azurite answers it', (server) => {
  const at = () => ({ ...place, account: server.account, endpointUrl: server.accountUrl, allowHttp: true, settings });

  it('no such container', async () => {
    const options = { ...at(), accountKey: server.accountKey };
    const words = /there is no container "[a-z-]+" at http:\/\/127\.0\.0\.1:\d+\/\w+/;
    expectClear(await errorOf(options), 'invalid_options', words);
  });

  it('a wrong key', async () => {
    expectClear(await errorOf({ ...at(), accountKey: secrets.key }), 'unauthenticated', /failed to authenticate/);
  });

  it('a signature that nobody signed', async () => {
    expectClear(await errorOf({ ...at(), sasToken: SAS }), 'unauthenticated', /status 403/);
  });

  it('TLS where there is none', async () => {
    const endpointUrl = server.accountUrl.replace('http:', 'https:');
    expectClear(await errorOf({ ...at(), endpointUrl, sasToken: SAS }), 'unavailable', /does not speak TLS/);
  });

  it('a token over http, from a callback', async () => {
    const options = { ...at(), getCredentials: () => ({ bearerToken: secrets.token }) };
    expectClear(await errorOf(options), 'invalid_options', /not sent over plain http/);
  });
});
