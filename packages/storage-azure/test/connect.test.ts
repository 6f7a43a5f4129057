import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { AnonymousCredential, ContainerClient } from '@azure/storage-blob';
import { cloudDefaults, isStorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectAzure } from '../src/connect.ts';
import { DirectWire } from '../src/direct-wire.ts';
import { listPage } from '../src/list.ts';
import {
  type AzureCredentials,
  type AzureStorageOptions,
  type CheckedOptions,
  checkAzureOptions,
} from '../src/options.ts';
import type { AzureTarget } from '../src/target.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const place = { account: 'weather', container: 'grids' };

function connect(options: AzureStorageOptions): AzureTarget {
  return connectAzure(options as CheckedOptions, checkAzureOptions(options), cloudDefaults);
}

describe('connectAzure', () => {
  it('says where it leads', () => {
    const target = connect({ ...place, prefix: 'a/b', accountKey: KEY });
    expect(target.container.url).toBe('https://weather.blob.core.windows.net/grids');
    expect(target.info).toEqual({
      backend: 'Azure',
      fields: { account: 'weather', container: 'grids', prefix: 'a/b' },
    });
    expect(target.prefix).toBe('a/b');
    expect(target.isCallersClient).toBe(false);
    expect(target.wire).toBeInstanceOf(DirectWire);
    expect(connect({ ...place, anonymous: true }).info.fields).toEqual({ account: 'weather', container: 'grids' });
    const elsewhere = { ...place, anonymous: true, endpointUrl: 'https://blobs.example.org/x/' } as const;
    expect(connect(elsewhere).info.fields).toMatchObject({ endpointUrl: 'https://blobs.example.org/x' });
    expect(connect(elsewhere).container.url).toBe('https://blobs.example.org/x/grids');
    expect(connect({ container: 'grids', useEmulator: true }).container.url).toBe(
      'http://127.0.0.1:10000/devstoreaccount1/grids',
    );
    expect(connect({ account: 'weather', container: '$web', anonymous: true }).container.url).toBe(
      'https://weather.blob.core.windows.net/%24web',
    );
  });

  it('offers a refresh exactly where there may be other credentials', () => {
    const token = async () => ({ token: 'abc', expiresOnTimestamp: 0 });
    expect(connect({ ...place, getCredentials: () => ({ accountKey: KEY }) }).refresh).toBeDefined();
    expect(connect({ ...place, credential: { getToken: token } }).refresh).toBeDefined();
    expect(connect({ ...place, accountKey: KEY }).refresh).toBeUndefined();
    expect(connect({ ...place, sasToken: 'sig=abc' }).refresh).toBeUndefined();
    expect(connect({ ...place, bearerToken: 'abc' }).refresh).toBeUndefined();
  });

  it("takes a caller's client as it is", async () => {
    const container = new ContainerClient('https://weather.blob.core.windows.net/grids?sig=abc');
    const target = connect({ client: container, prefix: 'p' });
    expect(target.container).toBe(container);
    expect(target.isCallersClient).toBe(true);
    expect(target.wire).toBeUndefined();
    expect(target.refresh).toBeUndefined();
    expect(target.info).toEqual({ backend: 'Azure', fields: { account: 'weather', container: 'grids', prefix: 'p' } });
    expect(await target.close()).toBeUndefined();
    const proxied = new ContainerClient('https://proxy.example.org/azure/grids?sig=abc');
    expect(connect({ client: proxied }).info.fields).toMatchObject({
      container: 'grids',
      endpointUrl: 'https://proxy.example.org/azure',
    });
    const elsewhere = new ContainerClient('https://weather.blob.core.chinacloudapi.cn/grids?sig=abc');
    expect(connect({ client: elsewhere }).info.fields).toEqual({
      account: 'weather',
      container: 'grids',
      endpointUrl: 'https://weather.blob.core.chinacloudapi.cn',
    });
  });

  it.each(['bearerToken', 'accessToken'])('sends no %s over plain http, and says so before any I/O', (form) => {
    const options = { ...place, endpointUrl: 'http://127.0.0.1:1', allowHttp: true, [form]: 'secret-token' };
    const work = (): unknown => connect(options as never);
    expect(work).toThrow(`${form} is not sent over plain http: endpointUrl takes https`);
  });

  it('reads the environment where it is asked to', async () => {
    vi.stubEnv('AZURE_STORAGE_ACCOUNT_NAME', 'fromenv');
    vi.stubEnv('AZURE_STORAGE_SAS_TOKEN', 'sp=r&sig=abc');
    const target = connect({ container: 'grids', fromEnv: true });
    vi.unstubAllEnvs();
    expect(target.container.url).toBe('https://fromenv.blob.core.windows.net/grids');
    const { url } = await target.copySource('a', { signal: new AbortController().signal });
    expect(url).toBe('https://fromenv.blob.core.windows.net/grids/a?sp=r&sig=abc');
  });

  it('shows no secret, whatever it was made with', () => {
    const secrets = { key: KEY, sas: 'very-secret-signature', token: 'very-secret-token' };
    const targets = [
      connect({ ...place, accountKey: secrets.key }),
      connect({ ...place, sasToken: `sp=r&sig=${secrets.sas}` }),
      connect({ ...place, bearerToken: secrets.token }),
      connect({ ...place, accessToken: secrets.token }),
      connect({ ...place, getCredentials: () => ({ accountKey: secrets.key }) }),
    ];
    for (const target of targets) {
      const shown = inspect(target, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null });
      expect(shown).toContain('weather.blob.core.windows.net/grids');
      expect(leaksOf(shown, secrets)).toEqual([]);
      expect(leaksOf(target.info, secrets)).toEqual([]);
    }
  });
});

describe('the client of connectAzure', () => {
  let server: ScriptedServer;
  let target: AzureTarget;
  beforeEach(async () => {
    server = await startScriptedServer();
    target = connect({ ...place, anonymous: true, endpointUrl: server.url, allowHttp: true });
  });
  afterEach(async () => {
    await target.close();
    await server.close();
  });

  it('tries once', async () => {
    server.next({ status: 503, headers: { 'x-ms-error-code': 'ServerBusy' } });
    await expect(target.container.getBlobClient('a').delete()).rejects.toMatchObject({ statusCode: 503 });
    server.next({ resetBeforeAnswer: true });
    await expect(target.container.getBlobClient('a').delete()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.requests.length).toBe(2);
  });

  it('follows no redirect, which would take the credentials along', async () => {
    server.next({ status: 307, headers: { location: `${server.url}/elsewhere` } });
    await expect(target.container.getBlobClient('a').delete()).rejects.toMatchObject({ statusCode: 307 });
    expect(server.requests.length).toBe(1);
  });

  it('keeps its connection, and lets go of it when it is closed', async () => {
    server.next({ status: 202 }, { status: 202 });
    await target.container.getBlobClient('a').delete();
    await target.container.getBlobClient('b').delete();
    expect(server.connections.length).toBe(1);
    await target.close();
    await server.connections[0]?.closed;
    expect(server.connections[0]?.open).toBe(false);
  });

  it('sends nothing once it was closed, though it was asked before', async () => {
    let give = (_: AzureCredentials): void => {};
    const getCredentials = (): Promise<AzureCredentials> =>
      new Promise((resolve) => {
        give = resolve;
      });
    const closed = connect({ ...place, endpointUrl: server.url, allowHttp: true, getCredentials });
    server.respond(() => ({ status: 202 }));
    const asked = closed.container.getBlobClient('a').delete();
    await new Promise((resolve) => setImmediate(resolve));
    await closed.close();
    give({ accountKey: KEY });
    await expect(asked).rejects.toMatchObject({ kind: 'closed' });
    expect(server.requests).toEqual([]);
  });

  it("leaves a caller's connections open", async () => {
    const container = new ContainerClient(`${server.url}/grids`, new AnonymousCredential());
    const callers = connect({ client: container });
    server.next({ status: 202 }, { status: 202 });
    await container.getBlobClient('a').delete();
    await callers.close();
    await container.getBlobClient('b').delete();
    expect(server.connections.length).toBe(1);
  });

  it('gives up an answer that does not come', async () => {
    const timeouts = { ...cloudDefaults.timeouts, networkStreamTimeoutMs: 50 };
    const options = { ...place, anonymous: true, endpointUrl: server.url, allowHttp: true };
    const impatient = connectAzure(options, 'anonymous', { ...cloudDefaults, timeouts });
    server.next({ never: true });
    await expect(impatient.container.getBlobClient('a').delete()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await impatient.close();
  });

  it('gives up a listing that stops in its middle', async () => {
    const stalled = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n<?xml version="1.0"?><Enu'),
      );
    }).listen(0, '127.0.0.1');
    await once(stalled, 'listening');
    const endpointUrl = `http://127.0.0.1:${(stalled.address() as { readonly port: number }).port}`;
    const timeouts = { ...cloudDefaults.timeouts, networkStreamTimeoutMs: 200 };
    const options = { ...place, anonymous: true, endpointUrl, allowHttp: true };
    const impatient = connectAzure(options, 'anonymous', { ...cloudDefaults, timeouts });
    const page = listPage(impatient.container, { keyPrefix: '' }, { signal: new AbortController().signal });
    await expect(page).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
    await impatient.close();
    stalled.close();
  });

  it('passes on what credentials could not be had for', async () => {
    const options = { ...place, endpointUrl: server.url, allowHttp: true };
    const failing = connect({ ...options, getCredentials: () => Promise.reject(new Error('no vault')) });
    const error = await failing.container
      .getBlobClient('a')
      .delete()
      .catch((err: unknown) => err);
    expect(isStorageError(error, 'unauthenticated')).toBe(true);
    expect(server.requests.length).toBe(0);
  });
});

describe('the client of connectAzure behind a proxy', () => {
  let proxy: ScriptedServer;
  beforeEach(async () => {
    proxy = await startScriptedServer();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await proxy.close();
  });

  function impatient(endpointUrl: string, timeouts: Partial<typeof cloudDefaults.timeouts>): AzureTarget {
    const options = { ...place, anonymous: true, endpointUrl, allowHttp: true };
    return connectAzure(options, 'anonymous', {
      ...cloudDefaults,
      timeouts: { ...cloudDefaults.timeouts, ...timeouts },
    });
  }

  it('goes through it, and gives up an answer that does not come', async () => {
    const target = impatient('http://weather.example.org', { networkStreamTimeoutMs: 1_000 });
    proxy.next({ status: 202 }, { never: true });
    await target.container.getBlobClient('a').delete();
    const late = target.container.getBlobClient('a').delete();
    await expect(late).rejects.toMatchObject({ code: 'ETIMEDOUT', message: 'no byte within networkStreamTimeoutMs' });
    expect(proxy.requests[0]?.path).toBe('http://weather.example.org/grids/a');
    await target.close();
  });

  it('gives up a proxy that takes the connection and does not lead on', async () => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${(silent.address() as { readonly port: number }).port}`);
    const target = impatient('https://weather.example.org', { connectTimeoutMs: 50 });
    const late = target.container.getBlobClient('a').delete();
    await expect(late).rejects.toMatchObject({ code: 'ETIMEDOUT', message: 'no connection within connectTimeoutMs' });
    await target.close();
    silent.close();
  });
});
