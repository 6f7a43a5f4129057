import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RetryAdvice, StorageError } from '../src/errors.ts';
import { backoffMs, nextStep } from '../src/retry.ts';

const settings = { maxTries: 10, initialBackoffMs: 100, maxBackoffMs: 180_000 };

describe('backoffMs', () => {
  it('is a random part of a bound that doubles up to its maximum', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    expect(backoffMs({ ...settings, initialBackoffMs: 0 }, 2_000, 0.5)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), random, (attempt, random) => {
        const wait = backoffMs(settings, attempt, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(180_000, 100 * 2 ** (attempt - 1)));
      }),
    );
    expect([1, 2, 3, 11, 12, 30].map((attempt) => backoffMs(settings, attempt, 0.5))).toEqual([
      50, 100, 200, 51_200, 90_000, 90_000,
    ]);
  });

  it('is never less than the provider asked for', () => {
    expect(backoffMs(settings, 1, 0.5, 7_000)).toBe(7_000);
    expect(backoffMs(settings, 8, 0.99, 7_000)).toBe(0.99 * 12_800);
  });

  it('waits three minutes at most for a provider that asks for more: no timer could count to some numbers', () => {
    for (const asked of [180_001, 2 ** 31, Number.POSITIVE_INFINITY]) {
      expect(backoffMs(settings, 1, 0.5, asked)).toBe(180_000);
    }
    expect(backoffMs(settings, 1, 0.5, Number.NaN)).toBe(50);
  });
});

describe('nextStep', () => {
  const after = (retry: RetryAdvice, attempts: number, refreshed = false, canRefresh = true) =>
    nextStep(new StorageError({ kind: 'unknown', message: '', retry }), { attempts, refreshed }, 3, canRefresh);

  it('waits until maxTries attempts were made', () => {
    expect([1, 2, 3].map((attempts) => after('again', attempts))).toEqual(['wait', 'wait', 'give_up']);
    expect(after('no', 1)).toBe('give_up');
  });

  it('renews credentials once, on top of maxTries', () => {
    expect(after('after_refresh', 3)).toBe('refresh');
    expect(after('again', 3, true)).toBe('wait');
    expect(after('again', 4, true)).toBe('give_up');
    expect(after('after_refresh', 2, true)).toBe('give_up');
    expect(after('after_refresh', 1, false, false)).toBe('give_up');
  });
});
