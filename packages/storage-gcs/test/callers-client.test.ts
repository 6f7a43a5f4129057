import { Storage } from '@google-cloud/storage';
import { OAuth2Client, PassThroughClient } from 'google-auth-library';
import { describe, expect, it } from 'vitest';
import { askAuthClient, expire, isAnonymous } from '../src/callers-client.ts';

const baseUrl = 'https://storage.googleapis.com';

function renewing(): { readonly client: OAuth2Client; readonly calls: () => number } {
  const client = new OAuth2Client();
  let calls = 0;
  client.refreshHandler = async () => ({ access_token: `ya29.token-${++calls}`, expiry_date: Date.now() + 3_600_000 });
  return { client, calls: () => calls };
}

describe('an AuthClient of the caller', () => {
  it('gives what it has, and its end', async () => {
    const client = new OAuth2Client();
    const expiry_date = Date.now() + 3_600_000;
    client.setCredentials({ access_token: 'ya29.a', expiry_date });
    expect(await askAuthClient(client, baseUrl)).toEqual({
      headers: { authorization: 'Bearer ya29.a' },
      expiresAfter: new Date(expiry_date),
    });
  });

  it('has its own headers sent', async () => {
    const client = new OAuth2Client({ quotaProjectId: 'theirs' });
    client.setCredentials({ access_token: 'ya29.a' });
    expect((await askAuthClient(client, baseUrl)).headers).toEqual({
      authorization: 'Bearer ya29.a',
      'x-goog-user-project': 'theirs',
    });
  });

  it('gives another token once it was told that the first was refused', async () => {
    const { client, calls } = renewing();
    await askAuthClient(client, baseUrl);
    expect((await askAuthClient(client, baseUrl)).headers).toEqual({ authorization: 'Bearer ya29.token-1' });
    expire(client);
    expect((await askAuthClient(client, baseUrl)).headers).toEqual({ authorization: 'Bearer ya29.token-2' });
    expect(calls()).toBe(2);
  });

  it('keeps a token that it could not replace', async () => {
    const client = new OAuth2Client();
    client.setCredentials({ access_token: 'ya29.a' });
    expire(client);
    expect((await askAuthClient(client, baseUrl)).headers).toEqual({ authorization: 'Bearer ya29.a' });
  });

  it('may be of an older version, with plain objects', async () => {
    const old = { getRequestHeaders: async () => ({ Authorization: 'Bearer ya29.a' }) };
    expect(await askAuthClient(old, baseUrl)).toEqual({ headers: { authorization: 'Bearer ya29.a' } });
  });
});

describe('a Storage of the caller', () => {
  it('is anonymous exactly where it would send no credentials itself', () => {
    const authClient = new PassThroughClient();
    const apiEndpoint = 'http://127.0.0.1:4443';
    expect(isAnonymous(new Storage({ authClient }))).toBe(false);
    expect(isAnonymous(new Storage({ authClient, apiEndpoint }))).toBe(true);
    expect(isAnonymous(new Storage({ authClient, apiEndpoint, useAuthWithCustomEndpoint: true }))).toBe(false);
  });
});
