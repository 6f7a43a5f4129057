import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AzuriteServer, describeWithServer, startAzurite } from '../src/index.ts';

// Shared Key: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key (seen 2026-11). The account stands twice in
// the resource, since it stands in the path too.
const call = (server: AzuriteServer, method: string, path: string, query = '', body = ''): Promise<Response> => {
  const date = new Date().toUTCString();
  const headers = { 'x-ms-blob-type': 'BlockBlob', 'x-ms-date': date, 'x-ms-version': '2021-12-02' };
  const named = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const resource = `/${server.account}/${server.account}/${path}${query && `\n${query.replace('=', ':')}`}`;
  const toSign = [
    method,
    '',
    '',
    body.length || '',
    '',
    body && 'text/plain',
    '',
    '',
    '',
    '',
    '',
    '',
    ...named,
    resource,
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(server.accountKey, 'base64')).update(toSign).digest('base64');
  return fetch(`${server.accountUrl}/${path}${query && `?${query}`}`, {
    method,
    headers: {
      ...headers,
      ...(body ? { 'content-type': 'text/plain' } : {}),
      authorization: `SharedKey ${server.account}:${signature}`,
    },
    ...(body ? { body } : {}),
  });
};

describeWithServer(
  'azurite',
  'startAzurite',
  (server) => {
    it('gives a server that takes its key alone, and has the data after a restart', async () => {
      expect((await call(server, 'PUT', 'box', 'restype=container')).status).toBe(201);
      expect((await call(server, 'PUT', 'box/a', '', 'kept')).status).toBe(201);
      const stranger = { ...server, accountKey: 'bm8=' };
      expect((await call(stranger, 'GET', 'box/a')).status).toBe(403);
      await server.restart();
      expect(await (await call(server, 'GET', 'box/a')).text()).toBe('kept');
    });

    it('makes containers', async () => {
      const name = await server.createContainer();
      expect((await call(server, 'PUT', `${name}/a`, '', 'kept')).status).toBe(201);
      expect(await server.createContainer('one-container')).toBe('one-container');
      await expect(server.createContainer('one-container')).rejects.toThrow(
        /^Azurite did not make the container one-container: 409 /,
      );
    });

    it('runs again after a kill', async () => {
      await server.kill();
      await expect(fetch(server.url)).rejects.toThrow('fetch failed');
      await server.restart();
      expect((await fetch(server.url)).status).toBe(400);
    });
  },
  { owned: true },
);

describe('startAzurite', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the server and the account that the variables name', async () => {
    vi.stubEnv('ICECHUNK_TEST_AZURE_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('ICECHUNK_TEST_AZURE_ACCOUNT', 'mine');
    vi.stubEnv('ICECHUNK_TEST_AZURE_KEY', 'a2V5');
    const { accountUrl, accountKey, owned } = await startAzurite();
    expect([accountUrl, accountKey, owned]).toEqual(['http://127.0.0.1:9/mine', 'a2V5', false]);
  });

  it('refuses tokens without HTTPS', async () => {
    await expect(startAzurite({ oauth: true })).rejects.toThrow('oauth needs tls');
  });

  it('shows what it wrote where it does not start', async () => {
    const start = startAzurite({ tls: { cert: 'not a certificate', key: 'nor a key' } });
    await expect(start).rejects.toThrow(/Azurite ended \(.*\) before it answered. It wrote:\n.*\w/s);
  });
});
