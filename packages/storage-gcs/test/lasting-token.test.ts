import { afterEach, expect, it, vi } from 'vitest';
import { LastingToken } from '../src/lasting-token.ts';
import { bearerToken } from '../src/token.ts';
import { refusal } from './refusal.ts';

afterEach(() => void vi.useRealTimers());

it('is given until it ends, and refused from then on', async () => {
  vi.useFakeTimers({ now: 1_000, toFake: ['Date'] });
  const token = bearerToken('ya29.a', new Date(2_000));
  const source = new LastingToken(token);
  expect(await source.get()).toBe(token);
  vi.setSystemTime(1_999);
  expect(await source.get()).toBe(token);
  vi.setSystemTime(2_000);
  expect(await refusal(() => source.get())).toMatchObject({
    kind: 'unauthenticated',
    retry: 'no',
    detail: 'bearerToken has ended, and nothing renews it: getCredentials takes a function that gives another',
  });
});

it('is given for ever where it has no end', async () => {
  const token = bearerToken('ya29.a');
  expect(await new LastingToken(token).get()).toBe(token);
});

it('is not given to who has gone', async () => {
  await expect(new LastingToken(bearerToken('a')).get(AbortSignal.abort('gone'))).rejects.toBe('gone');
});
