import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { maxRetryAfterMs, retryAfterMs } from '../src/retry-after.ts';

const nowMs = Date.UTC(1994, 10, 6, 8, 49, 7);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('retryAfterMs', () => {
  it('reads seconds', () => {
    expect(retryAfterMs('0', nowMs)).toBe(0);
    expect(retryAfterMs(' 120 ', nowMs)).toBe(120_000);
  });

  it.each(['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])(
    'reads the date %j, wherever the machine stands',
    (header) => {
      vi.stubEnv('TZ', 'Asia/Tokyo');
      expect(new Date(nowMs).getTimezoneOffset()).toBe(-540);
      expect(retryAfterMs(header, nowMs)).toBe(30_000);
    },
  );

  it('takes a date that has passed for now', () => {
    expect(retryAfterMs('Sun, 06 Nov 1994 08:00:00 GMT', nowMs)).toBe(0);
  });

  it('waits no longer than the longest back-off', () => {
    expect(maxRetryAfterMs).toBe(180_000);
    for (const header of ['181', '99999999999999999999', 'Mon, 07 Nov 1994 08:49:37 GMT']) {
      expect(retryAfterMs(header, nowMs)).toBe(180_000);
    }
  });

  it.each(['', ' ', 'soon', '-1', '1.5', '1e3', '0x10', 'Sun, 99 Nov 1994', '2026-11-23', undefined, null])(
    'has nothing to say for %j',
    (header) => {
      expect(retryAfterMs(header, nowMs)).toBeUndefined();
    },
  );

  it('is always a wait that a timer can keep, whatever the header', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (header) => {
          const waitMs = retryAfterMs(header, nowMs);
          if (waitMs !== undefined) expect(waitMs >= 0 && waitMs <= 180_000).toBe(true);
        },
      ),
    );
  });
});
