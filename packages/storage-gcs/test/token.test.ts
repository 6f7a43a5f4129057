import { expect, it } from 'vitest';
import { bearerToken, tokenFromHeaders } from '../src/token.ts';
import { refusalText } from './refusal.ts';

const inOneHour = Date.now() + 3_600_000;
const jwt = (payload: string): string => `Bearer aGVhZA.${Buffer.from(payload).toString('base64url')}.c2lnbmVk`;

it('is a header, and its end', () => {
  expect(bearerToken('ya29.a')).toEqual({ headers: { authorization: 'Bearer ya29.a' } });
  expect(bearerToken('ya29.a', new Date(7))).toEqual({
    headers: { authorization: 'Bearer ya29.a' },
    expiresAfter: new Date(7),
  });
});

it('comes in Headers and in plain objects, whatever the case', () => {
  const headers = { authorization: 'Bearer ya29.a', 'x-goog-user-project': 'p' };
  expect(tokenFromHeaders(new Headers(headers), inOneHour)).toEqual({ headers, expiresAfter: new Date(inOneHour) });
  expect(tokenFromHeaders({ Authorization: 'Bearer ya29.a', 'x-goog-user-project': 'p' }, null)).toEqual({ headers });
  expect(tokenFromHeaders({ 'X-Goog-Api-Key': 'key' }, undefined)).toEqual({ headers: { 'x-goog-api-key': 'key' } });
});

it('ends when it says so itself, where it was signed here', () => {
  const end = (authorization: string, expiryMs: number | null): number | undefined =>
    tokenFromHeaders({ authorization }, expiryMs).expiresAfter?.getTime();
  expect(end(jwt('{"exp":4000000000,"x":"ÿ?>"}'), 1)).toBe(4_000_000_000_000);
  expect(end(jwt('{"exp":4000000000}'), inOneHour)).toBe(inOneHour);
  expect(end(jwt('{"exp":"soon"}'), 1)).toBeUndefined();
  expect(end(jwt('no JSON'), null)).toBeUndefined();
  expect(end('Bearer ya29.opaque', 1)).toBeUndefined();
});

it('is missing where there is no header for it', async () => {
  expect(await refusalText(() => tokenFromHeaders(new Headers(), 1))).toBe(
    'unauthenticated: google-auth-library gave no token',
  );
  for (const blank of ['Bearer undefined', 'Bearer null', 'Bearer '])
    expect(await refusalText(() => tokenFromHeaders({ authorization: blank }, 1))).toContain('gave no token');
});
