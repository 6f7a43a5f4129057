import type { StorageError } from './errors.ts';
import { maxRetryAfterMs } from './retry-after.ts';
import type { RetriesSettings } from './settings.ts';

/**
 * How long to wait before the next attempt: a random part of a bound that doubles from `initialBackoffMs` up to
 * `maxBackoffMs`, and never less than the provider asked for in `Retry-After`, of which
 * {@link maxRetryAfterMs} count.
 *
 * The whole wait is random, so that clients that failed together do not come back together.
 *
 * @param attempt The attempt that failed, counted from 1.
 * @param random In `[0, 1)`.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter", seen 2026-11)
 */
export function backoffMs(
  settings: Required<RetriesSettings>,
  attempt: number,
  random: number,
  retryAfterMs = 0,
): number {
  // 2 ** 31 is past every bound, and 0 times what comes long after it is no number.
  const bound = Math.min(settings.maxBackoffMs, settings.initialBackoffMs * 2 ** Math.min(attempt - 1, 31));
  return Math.max(random * bound, Math.min(retryAfterMs || 0, maxRetryAfterMs));
}

/** What to do after a failed attempt. */
export type NextStep = 'give_up' | 'wait' | 'refresh';

/** What an operation has done so far. */
export interface RetryState {
  /** Attempts made, the failed one included. */
  readonly attempts: number;
  readonly refreshed: boolean;
}

/**
 * Refused credentials are renewed once, on top of `maxTries`: the attempt that found them out was none of the
 * provider's failures. Everything else that may pass is tried again until `maxTries` attempts were made.
 */
export function nextStep(error: StorageError, state: RetryState, maxTries: number, canRefresh: boolean): NextStep {
  if (error.retry === 'after_refresh') return canRefresh && !state.refreshed ? 'refresh' : 'give_up';
  const counted = state.attempts - (state.refreshed ? 1 : 0);
  return error.retry === 'again' && counted < maxTries ? 'wait' : 'give_up';
}
