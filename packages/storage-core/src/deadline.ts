import type { AttemptContext } from './client.ts';
import { StorageError } from './errors.ts';

/** A signal of an attempt's own, which follows the caller's and can be fired by a deadline. */
export interface AttemptSignal extends AttemptContext {
  /** Ends the attempt. */
  abort(reason: unknown): void;
  /**
   * Settles as `promise` does, or rejects with the reason as soon as the signal fires: a client that does not listen must
   * not hold its caller.
   */
  race<T>(promise: Promise<T>): Promise<T>;
  /** Lets go of the caller's signal and of the timer. Must be called, or long-lived signals gather listeners. */
  release(): void;
  /** Switches the deadline off and keeps following the caller's signal. */
  clearDeadline(): void;
}

/** What bounds one attempt, in milliseconds; 0 for no bound. `name` is the setting that the error will name. */
export interface AttemptDeadline {
  readonly timeoutMs: number;
  readonly name: string;
}

export const noDeadline: AttemptDeadline = { timeoutMs: 0, name: '' };

/**
 * A signal for one attempt. It has a controller of its own even where nobody may abort, since some HTTP clients leave
 * their listeners on a signal until it is collected (Node's `fetch`, seen 2026-11).
 */
export function attemptSignal(caller: AbortSignal | undefined, deadline: AttemptDeadline): AttemptSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (reason: unknown): void => controller.abort(reason);
  const follow = (): void => abort(caller?.reason);
  if (caller?.aborted) abort(caller.reason);
  else caller?.addEventListener('abort', follow, { once: true });
  let timer = startTimer(deadline, abort);
  const clearDeadline = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const release = (): void => {
    clearDeadline();
    caller?.removeEventListener('abort', follow);
  };
  const canFire = caller !== undefined || timer !== undefined;
  return { signal, abort, release, clearDeadline, race: (promise) => (canFire ? race(promise, signal) : promise) };
}

type Timer = ReturnType<typeof setTimeout>;

function startTimer({ timeoutMs, name }: AttemptDeadline, abort: (reason: unknown) => void): Timer | undefined {
  if (timeoutMs <= 0) return undefined;
  const expire = (): void =>
    abort(new StorageError({ kind: 'timeout', message: `no answer within ${name} of ${timeoutMs} ms` }));
  return setTimeout(expire, timeoutMs);
}

/** Settles as `promise` does, or rejects with `signal.reason` as soon as it fires. */
export function race<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
