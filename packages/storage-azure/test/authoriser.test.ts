import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import type { ContainerClient } from '@azure/storage-blob';
import { cachedCredentials, isStorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authoriser, bearerFor, withSas } from '../src/authoriser.ts';
import { type AzureSource, type Credentials, fixedSource } from '../src/credentials.ts';
import { serviceWith } from '../src/pipeline.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const context = { signal: new AbortController().signal };

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

function containerOf(authoriser: Authoriser): ContainerClient {
  return serviceWith(`${server.url}/weather`, { retryOptions: { maxTries: 1 } }, [authoriser]).getContainerClient(
    'grids',
  );
}

async function sent(source: AzureSource): Promise<{ path: string; headers: Record<string, unknown> }> {
  server.next({ status: 202 });
  await containerOf(new Authoriser('weather', source)).getBlobClient('a b').delete({ deleteSnapshots: 'include' });
  const { path, headers } = server.requests.at(-1) as (typeof server.requests)[number];
  return { path, headers: headers as Record<string, unknown> };
}

describe('Authoriser', () => {
  it('signs with a key as Azure computes it', async () => {
    const { headers } = await sent(fixedSource({ accountKey: KEY }, 'accountKey'));
    // https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key (seen 2026-11).
    const canonicalHeaders = Object.entries(headers)
      .filter(([name]) => name.startsWith('x-ms-'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}:${value}\n`)
      .join('');
    const signed = `DELETE\n\n\n\n\n\n\n\n\n\n\n\n${canonicalHeaders}/weather/weather/grids/a%20b`;
    const signature = createHmac('sha256', Buffer.from(KEY, 'base64')).update(signed, 'utf8').digest('base64');
    expect(headers['authorization']).toBe(`SharedKey weather:${signature}`);
    expect(headers['x-ms-delete-snapshots']).toBe('include');
  });

  it('puts a signature into the query, and sends no header', async () => {
    const { path, headers } = await sent(fixedSource({ sasToken: '?sp=r&sig=abc+d=' }, 'sasToken'));
    expect(path).toBe('/weather/grids/a%20b?sp=r&sig=abc%2Bd%3D');
    expect(headers).not.toHaveProperty('authorization');
  });

  it('sends nothing where nobody is asked for', async () => {
    const { path, headers } = await sent(fixedSource({ anonymous: true }, 'anonymous'));
    expect(path).toBe('/weather/grids/a%20b');
    expect(headers).not.toHaveProperty('authorization');
  });

  it('sends no token over plain http', async () => {
    const before = server.requests.length;
    const authoriser = new Authoriser('weather', fixedSource({ bearerToken: 'secret-token' }, 'bearerToken'));
    const deleted = containerOf(authoriser).getBlobClient('a').delete();
    const error = await deleted.catch((err: unknown) => err);
    expect(isStorageError(error, 'invalid_options')).toBe(true);
    expect(leaksOf(error, { token: 'secret-token' })).toEqual([]);
    expect(server.requests.length).toBe(before);
  });

  it('uses on the next request what the source gives by then', async () => {
    let sig = 'first';
    const source: AzureSource = { get: async () => ({ sasToken: `sig=${sig}` }) };
    const container = containerOf(new Authoriser('weather', source));
    server.next({ status: 202 }, { status: 202 });
    await container.getBlobClient('a').delete();
    sig = 'second';
    await container.getBlobClient('a').delete();
    expect(server.requests.slice(-2).map(({ path }) => path)).toEqual([
      '/weather/grids/a?sig=first',
      '/weather/grids/a?sig=second',
    ]);
  });

  it('has refused credentials replaced once, however many requests were refused with them', async () => {
    let calls = 0;
    const source = cachedCredentials<Credentials>(async () => ({ sasToken: `sig=number-${++calls}` }));
    const authoriser = new Authoriser('weather', source);
    const container = containerOf(authoriser);
    const refused = { status: 403, headers: { 'x-ms-error-code': 'AuthenticationFailed' } };
    server.next(refused, refused, refused);
    const deletes = ['a', 'b', 'c'].map((name) => container.getBlobClient(name).delete());
    expect((await Promise.allSettled(deletes)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    for (let round = 0; round < 3; round++) await authoriser.refresh?.(context);
    expect(calls).toBe(2);
    expect(await authoriser.credentials(context)).toEqual({ sasToken: 'sig=number-2' });
  });

  it('has nothing replaced that was refused for another reason', async () => {
    let calls = 0;
    const source = cachedCredentials<Credentials>(async () => ({ sasToken: `sig=number-${++calls}` }));
    const authoriser = new Authoriser('weather', source);
    server.next({ status: 404 });
    await expect(containerOf(authoriser).getBlobClient('a').delete()).rejects.toThrow();
    await authoriser.refresh?.(context);
    expect(calls).toBe(1);
  });

  it('offers no refresh where there are no others', () => {
    expect(new Authoriser('weather', fixedSource({ accountKey: KEY }, 'accountKey')).refresh).toBeUndefined();
  });

  it('shows nothing, nor does a client that it authorises', async () => {
    const secrets = { key: KEY, bytes: Buffer.from(KEY, 'base64').toString() };
    const authoriser = new Authoriser('weather', fixedSource({ accountKey: KEY }, 'accountKey'));
    const container = containerOf(authoriser);
    server.next({ status: 202 });
    await container.getBlobClient('a').delete();
    expect(leaksOf(authoriser, secrets)).toEqual([]);
    const shown = inspect(container, { showHidden: true, depth: Number.POSITIVE_INFINITY, maxStringLength: null });
    expect(leaksOf(shown, secrets)).toEqual([]);
    expect(shown).toContain('weather/grids');
  });
});

describe('withSas', () => {
  it('joins queries', () => {
    expect(withSas('https://host/a', 'sig=x')).toBe('https://host/a?sig=x');
    expect(withSas('https://host/a?comp=block', 'sig=x')).toBe('https://host/a?comp=block&sig=x');
  });
});

describe('bearerFor', () => {
  it('is a header over https only', () => {
    expect(bearerFor('https://host', 'abc')).toBe('Bearer abc');
    expect(() => bearerFor('http://127.0.0.1', 'abc')).toThrow(/plain http/);
  });
});
