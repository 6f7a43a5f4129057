import { cachedCredentials, fixedCredentials } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { toAuthorization } from '../src/authorization.ts';
import { bearerToken, type Token } from '../src/token.ts';

const { signal } = new AbortController();

function counted(): { readonly fetch: () => Promise<Token>; readonly calls: () => number } {
  let calls = 0;
  return { fetch: async () => bearerToken(`ya29.token-${++calls}`), calls: () => calls };
}

describe('toAuthorization', () => {
  it('gives the same headers while the token is the same', async () => {
    const authorization = toAuthorization(cachedCredentials(counted().fetch), false);
    const first = await authorization.headers(signal);
    expect(first).toEqual({ authorization: 'Bearer ya29.token-1' });
    expect(await authorization.headers(signal)).toBe(first);
  });

  it.each([false, true])(
    'replaces a refused token once, however many were refused with it (project: %s)',
    async (hasProject) => {
      const { fetch, calls } = counted();
      const authorization = toAuthorization(cachedCredentials(fetch), hasProject);
      const refused = await authorization.headers(signal);
      await Promise.all([1, 2, 3].map(() => authorization.refresh?.({ signal }, refused)));
      const next = await authorization.headers(signal);
      // A straggler, whose refusal comes after the renewal.
      await authorization.refresh?.({ signal }, refused);
      expect(await authorization.headers(signal)).toBe(next);
      expect(calls()).toBe(2);
      await authorization.refresh?.({ signal }, next);
      expect(await authorization.headers(signal)).toEqual({ authorization: 'Bearer ya29.token-3' });
    },
  );

  it('replaces whatever there is, where nobody says what was refused', async () => {
    const { fetch, calls } = counted();
    const authorization = toAuthorization(cachedCredentials(fetch), false);
    await authorization.headers(signal);
    await authorization.refresh?.({ signal });
    expect(calls()).toBe(2);
  });

  it('has nothing to replace where there is one token', () => {
    expect(toAuthorization(fixedCredentials(bearerToken('a')), false).refresh).toBeUndefined();
  });

  it('leaves out the project of a client where the options name one', async () => {
    const headers = { authorization: 'Bearer a', 'x-goog-user-project': 'theirs' };
    const source = fixedCredentials<Token>({ headers });
    expect(await toAuthorization(source, false).headers(signal)).toEqual(headers);
    expect(await toAuthorization(source, true).headers(signal)).toEqual({ authorization: 'Bearer a' });
  });

  it('shows no token', async () => {
    const authorization = toAuthorization(fixedCredentials(bearerToken('ya29.very-secret')), false);
    await authorization.headers(signal);
    expect(leaksOf(authorization, { token: 'ya29.very-secret' })).toEqual([]);
  });
});
