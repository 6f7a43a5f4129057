import { isStorageError, StorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { callbackSource, fixedSource, STORAGE_SCOPE, tokenSource } from '../src/credentials.ts';
import type { AzureCredentials } from '../src/options.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const SAS = '?sp=r&se=2999-01-01T00:00:00Z&sig=abc+def=';

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (err) {
    return err;
  }
}

describe('fixedSource', () => {
  it('gives what it was given, a signature ready for a query', async () => {
    expect(await fixedSource({ accountKey: KEY }, 'accountKey').get()).toEqual({ accountKey: KEY });
    expect(await fixedSource({ bearerToken: 'a.b-c_d' }, 'bearerToken').get()).toEqual({ bearerToken: 'a.b-c_d' });
    expect(await fixedSource({ anonymous: true }, 'anonymous').get()).toEqual({ anonymous: true });
    const sasToken = 'sp=r&se=2999-01-01T00%3A00%3A00Z&sig=abc%2Bdef%3D';
    expect(await fixedSource({ sasToken: SAS }, 'sasToken').get()).toMatchObject({ sasToken });
  });

  it('has no others to give', () => {
    expect(fixedSource({ accountKey: KEY }, 'accountKey').refresh).toBeUndefined();
  });

  it.each([
    [{ accountKey: 'my-account-key' }, 'it takes one of the keys of the account, in base64'],
    [{ accountKey: `${KEY}\n` }, 'it takes one of the keys of the account, in base64'],
    [{ accountKey: KEY.slice(0, -1) }, 'it takes one of the keys of the account, in base64'],
    [{ sasToken: 'sv=2024-11-04&sp=r' }, 'it takes a shared access signature, in which there is a sig='],
    [{ sasToken: 'se=2020-02-03T04:05:06Z&sig=abcdef' }, 'it expired on 2020-02-03T04:05:06.000Z'],
    [{ bearerToken: 'Bearer abcdef' }, 'it takes the token without the word Bearer'],
    [{ bearerToken: 'abc def\r\nx: y' }, 'it takes an access token'],
  ])('refuses %j and shows nothing of it', async (credentials, message) => {
    const error = await errorOf(() => fixedSource(credentials as never, 'it'));
    expect(error).toMatchObject({ kind: 'invalid_options', detail: message });
    const [secret] = Object.values(credentials) as [string];
    expect(leaksOf(error, { secret })).toEqual([]);
  });

  it('shows nothing of what it holds', () => {
    const secrets = { key: KEY, sas: 'abc+def=', token: 'header.payload.signature' };
    const sources = [{ accountKey: KEY }, { sasToken: SAS }, { bearerToken: secrets.token }];
    for (const one of sources) expect(leaksOf(fixedSource(one, 'it'), secrets)).toEqual([]);
  });
});

describe('callbackSource', () => {
  it('renews a signature before the end that it says itself', async () => {
    const end = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const given = [`se=${end(3_600_000)}&sig=first`, `se=${end(-1)}&sig=over`, `se=${end(3_600_000)}&sig=never`];
    let calls = 0;
    const source = callbackSource(() => ({ sasToken: given[calls++] as string }));
    const first = await source.get();
    expect(first).toMatchObject({ sasToken: expect.stringContaining('sig=first'), expiresAfter: expect.any(Date) });
    expect(await source.get()).toBe(first);
    expect(calls).toBe(1);
    expect(await errorOf(() => source.refresh?.({ refused: first }))).toMatchObject({
      kind: 'invalid_options',
      detail: expect.stringMatching(/^getCredentials gave no usable credentials: sasToken expired on 20/),
    });
  });

  it('leaves the end that the callback says', async () => {
    const expiresAfter = new Date(Date.now() + 60_000);
    const source = callbackSource(async () => ({ sasToken: SAS, expiresAfter }));
    expect(await source.get()).toMatchObject({ expiresAfter });
  });

  it('keeps what it checked, whatever the callback does with its object afterwards', async () => {
    const shared = { bearerToken: 'first' };
    const source = callbackSource(() => shared);
    const first = await source.get();
    shared.bearerToken = 'second';
    expect(first).toEqual({ bearerToken: 'first' });
    expect(await source.refresh?.({ refused: first })).toEqual({ bearerToken: 'second' });
    expect(first).toEqual({ bearerToken: 'first' });
  });

  it.each([
    [null, 'an object is needed'],
    [{}, 'one of accountKey, sasToken and bearerToken is needed'],
    [{ accountKey: KEY, sasToken: SAS }, 'one of accountKey, sasToken and bearerToken is needed'],
    [{ anonymous: true }, 'one of accountKey, sasToken and bearerToken is needed'],
    [{ accountKey: 'not base64' }, 'accountKey takes one of the keys of the account, in base64'],
    [{ accountKey: 7 }, 'accountKey takes one of the keys of the account, in base64'],
    [{ sasToken: 7 }, 'sasToken takes a string'],
    [{ bearerToken: 'Bearer x' }, 'bearerToken takes the token without the word Bearer'],
    [{ bearerToken: 'x', expiresAfter: '2030' }, 'expiresAfter takes a valid Date'],
  ])('refuses %j', async (credentials, fault) => {
    const source = callbackSource(() => credentials as unknown as AzureCredentials);
    expect(await errorOf(() => source.get())).toMatchObject({
      kind: 'invalid_options',
      detail: `getCredentials gave no usable credentials: ${fault}`,
    });
  });

  it('says that a callback failed, and not with what', async () => {
    const source = callbackSource(() => Promise.reject(new Error('https://host/?sig=very-secret')));
    const error = await errorOf(() => source.get());
    expect(error).toMatchObject({ kind: 'unauthenticated', detail: 'getCredentials failed: https://host/' });
    expect(leaksOf(error, { sig: 'very-secret' })).toEqual([]);
  });
});

describe('tokenSource', () => {
  it("asks for Azure Storage's tokens, and again only before they end", async () => {
    const asked: unknown[] = [];
    let loads = 0;
    const load = () => {
      loads++;
      return {
        getToken: async (scope: unknown) => {
          asked.push(scope);
          return { token: `token-${asked.length}`, expiresOnTimestamp: Date.now() + 3_600_000 };
        },
      };
    };
    const source = tokenSource(load, 'credential');
    expect(loads).toBe(0);
    const [one, other] = await Promise.all([source.get(), source.get()]);
    expect(one).toMatchObject({ bearerToken: 'token-1', expiresAfter: expect.any(Date) });
    expect(other).toBe(one);
    expect(await source.refresh?.({ refused: one })).toMatchObject({ bearerToken: 'token-2' });
    expect(asked).toEqual([STORAGE_SCOPE, STORAGE_SCOPE]);
    expect(loads).toBe(1);
  });

  it('says that there is no token', async () => {
    const source = tokenSource(() => ({ getToken: async () => null }), 'credential');
    expect(await errorOf(() => source.get())).toMatchObject({
      kind: 'unauthenticated',
      detail: 'credential gave no token',
    });
  });

  it('lets through what a credential says in the words of storages', async () => {
    const failure = new StorageError({ kind: 'unavailable', message: 'nothing listens' });
    const source = tokenSource(() => ({ getToken: () => Promise.reject(failure) }), 'fromEnv');
    expect(isStorageError(await errorOf(() => source.get()), 'unavailable')).toBe(true);
  });
});
