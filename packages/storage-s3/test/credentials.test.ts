import { isStorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SdkIdentity } from '../src/credential-types.ts';
import { credentialFault, credentialSource } from '../src/credentials.ts';
import { keys, no, recording } from './recording.ts';

afterEach(() => vi.unstubAllEnvs());

const secrets = { secretAccessKey: keys.secretAccessKey, sessionToken: 'a-session-token-of-some-length' };
const { sessionToken } = secrets;

describe('keys', () => {
  it('are the ones that were given', async () => {
    const source = credentialSource('keys', { ...keys, sessionToken });
    expect(await source?.get()).toEqual({ ...keys, sessionToken, expiresAfter: undefined });
    expect(source?.refresh).toBeUndefined();
    expect(leaksOf(source, secrets)).toEqual([]);
  });

  it('of a session that has ended are refused before anything is sent', async () => {
    await using server = await recording();
    const end = new Date(Date.now() - 1_000);
    const storage = server.storage({ ...keys, sessionToken, expiresAfter: end });
    const error = await storage.getObject('o').catch((err: unknown) => err);
    expect(isStorageError(error, 'unauthenticated')).toBe(true);
    expect((error as Error).message).toContain(`the session ended at ${end.toISOString()}`);
    expect(server.requests).toEqual([]);
    expect(leaksOf([error, storage], secrets)).toEqual([]);
  });

  it('of a session that goes on are used', async () => {
    await using server = await recording();
    const storage = server.storage({ ...keys, sessionToken, expiresAfter: new Date(Date.now() + 60_000) });
    await storage.getObjectLastModified('o');
    expect(server.requests[0]?.headers['x-amz-security-token']).toBe(sessionToken);
  });
});

describe('credentialFault', () => {
  it.each([
    [{}, 'accessKeyId takes printable ASCII'],
    [{ ...keys, accessKeyId: 'with a space' }, 'accessKeyId'],
    [{ ...keys, accessKeyId: 7 }, 'accessKeyId'],
    [{ accessKeyId: 'id' }, 'secretAccessKey takes'],
    [{ ...keys, secretAccessKey: '' }, 'secretAccessKey'],
    [{ ...keys, secretAccessKey: `${keys.secretAccessKey}\n` }, 'secretAccessKey'],
    [{ ...keys, sessionToken: '' }, 'sessionToken'],
    [{ ...keys, sessionToken: 'two\r\nlines' }, 'sessionToken'],
    [{ ...keys, expiration: new Date() }, 'expiration is no field: it is called expiresAfter'],
  ])('names the field of %o', (credentials, field) => {
    const fault = credentialFault(credentials as never);
    expect(fault).toContain(field);
    expect(fault).not.toContain(keys.secretAccessKey);
  });

  it('finds none in the right ones', () => {
    expect(credentialFault(keys)).toBeUndefined();
    expect(credentialFault({ ...keys, sessionToken, expiresAfter: new Date() })).toBeUndefined();
  });

  it('stops explicit keys when the storage is made', () => {
    expect(() => credentialSource('keys', { ...keys, sessionToken: 'two\nlines' })).toThrow(
      expect.objectContaining({ kind: 'invalid_options' }),
    );
    expect(() => credentialSource('sdk', { credentials: { accessKeyId: 'id' } as never })).toThrow(
      'credentials.secretAccessKey takes',
    );
  });
});

describe('getCredentials', () => {
  it('is asked once for any number of requests', async () => {
    await using server = await recording();
    const getCredentials = vi.fn(async () => ({ ...keys, expiresAfter: new Date(Date.now() + 3_600_000) }));
    const storage = server.storage({ getCredentials });
    await Promise.all(Array.from({ length: 32 }, () => storage.getObjectLastModified('o')));
    expect(getCredentials).toHaveBeenCalledTimes(1);
    expect(server.requests).toHaveLength(32);
  });

  it('is asked once where keys end within five minutes, in which the SDK alone would ask for each request', async () => {
    await using server = await recording();
    const getCredentials = vi.fn(async () => ({ ...keys, expiresAfter: new Date(Date.now() + 200_000) }));
    const storage = server.storage({ getCredentials });
    for (let n = 0; n < 5; n++) await storage.getObjectLastModified('o');
    expect(getCredentials).toHaveBeenCalledTimes(1);
  });

  it('renews before the end, and keeps the old keys where that fails', async () => {
    await using server = await recording();
    const failures: string[] = [];
    let asked = 0;
    const getCredentials = async () => {
      asked += 1;
      if (asked > 1) throw new Error(failures[failures.push(`no ${asked}`) - 1]);
      // Less than half of its life is left at once.
      return { ...keys, expiresAfter: new Date(Date.now() + 200_000) };
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const storage = server.storage({ getCredentials });
      await storage.getObjectLastModified('o');
      vi.setSystemTime(Date.now() + 150_000);
      await storage.getObjectLastModified('o');
      expect(failures).toEqual(['no 2']);
      vi.setSystemTime(Date.now() + 60_000);
      const error = await storage.getObjectLastModified('o').catch((err: unknown) => err);
      expect(isStorageError(error, 'unauthenticated')).toBe(true);
      expect((error as Error).message).toContain('getCredentials failed');
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [
      { accessKeyId: keys.accessKeyId },
      'invalid_options',
      'getCredentials gave no usable credentials: secretAccessKey',
    ],
    [{ ...keys, expiresAfter: '2026-11-23' }, 'invalid_options', 'expiresAfter takes a valid Date'],
    [{ ...keys, expiration: new Date() }, 'invalid_options', 'it is called expiresAfter'],
    [undefined, 'invalid_options', 'an object is needed'],
  ])('that gives %o is told so', async (given, kind, message) => {
    await using server = await recording();
    const storage = server.storage({ getCredentials: (() => given) as never });
    const error = await storage.getObject('o').catch((err: unknown) => err);
    expect(isStorageError(error, kind as never)).toBe(true);
    expect((error as Error).message).toContain(message);
    expect(leaksOf([error, storage], secrets)).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('renews once where a session ends in the middle of a job, and goes on', async () => {
    const valid = new Set(['first']);
    await using server = await recording({
      answer: ({ headers }) => {
        const key = /Credential=([^/]+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
        if (!valid.has(key)) return no(400, 'ExpiredToken', 'The provided token has expired.');
        return { status: 200, headers: { etag: '"a"', 'last-modified': 'Mon, 23 Nov 2026 05:00:00 GMT' }, body: 'x' };
      },
    });
    const names = ['first', 'second'];
    const getCredentials = vi.fn(() => ({ ...keys, accessKeyId: names.shift() ?? 'none', sessionToken }));
    const events: string[] = [];
    const storage = server.storage({ getCredentials, onEvent: ({ kind }) => events.push(kind) });
    const read = async (): Promise<unknown> => (await storage.getObject('o')).bytes();
    await read();
    valid.delete('first');
    valid.add('second');
    await Promise.all(Array.from({ length: 20 }, read));
    expect(getCredentials).toHaveBeenCalledTimes(2);
    expect(new Set(events)).toEqual(new Set(['credentials_renewed']));
  });

  it('gives up where the new keys are refused as well', async () => {
    await using server = await recording({ answer: () => no(403, 'InvalidAccessKeyId', 'not known') });
    const storage = server.storage({ getCredentials: () => keys });
    const error = await storage.getObject('o').catch((err: unknown) => err);
    expect(error).toMatchObject({ kind: 'unauthenticated', providerCode: 'InvalidAccessKeyId' });
    expect(server.requests).toHaveLength(2);
    expect(leaksOf([error, storage], secrets)).toEqual([]);
  });
});

describe('credentials', () => {
  it('may be keys as the SDK has them', async () => {
    const expiration = new Date(Date.now() + 60_000);
    const source = credentialSource('sdk', { credentials: { ...keys, sessionToken, expiration } });
    expect(await source?.get()).toEqual({ ...keys, sessionToken, expiresAfter: expiration });
  });

  it('may be a provider, which is asked for new keys and not for those that it keeps', async () => {
    let made = 0;
    let kept: SdkIdentity | undefined;
    const provider = async (options?: { readonly forceRefresh?: boolean }): Promise<SdkIdentity> => {
      if (!kept || options?.forceRefresh)
        kept = { ...keys, accessKeyId: `id-${++made}`, expiration: new Date(Date.now() + 3_600_000) };
      return kept;
    };
    const source = credentialSource('sdk', { credentials: provider });
    const first = await source?.get();
    expect(first?.accessKeyId).toBe('id-1');
    expect(await source?.get()).toBe(first);
    expect((await source?.refresh?.(first && { refused: first }))?.accessKeyId).toBe('id-2');
  });

  it('names what a provider fails at', async () => {
    const source = credentialSource('sdk', { credentials: async () => ({ ...keys, expiration: '2026' }) as never });
    await expect(source?.get()).rejects.toThrow(
      'credentials gave no usable credentials: expiresAfter takes a valid Date',
    );
    const failing = credentialSource('sdk', { credentials: () => Promise.reject(new Error('no SSO session')) });
    await expect(failing?.get()).rejects.toMatchObject({
      kind: 'unauthenticated',
      cause: { message: 'no SSO session' },
    });
  });
});

describe('fromEnv', () => {
  it("takes the environment's keys before a profile", async () => {
    vi.stubEnv('AWS_PROFILE', 'another');
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
    const source = credentialSource('env', {});
    expect(await source?.get()).toEqual({ ...keys, sessionToken });
    expect(leaksOf(source, secrets)).toEqual([]);
  });

  it('reads them anew where they are refused', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'first');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    const source = credentialSource('env', {});
    const first = await source?.get();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'second');
    expect(await source?.get()).toBe(first);
    expect((await source?.refresh?.(first && { refused: first }))?.accessKeyId).toBe('second');
  });
});

it('is nothing where requests go unsigned', () => {
  expect(credentialSource('anonymous', { anonymous: true })).toBeUndefined();
});
