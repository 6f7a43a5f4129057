import type { AttemptContext, StorageClient } from './client.ts';
import type { Clock } from './clock.ts';
import { type AttemptDeadline, type AttemptSignal, attemptSignal, noDeadline } from './deadline.ts';
import { isStorageError, StorageError, toStorageError } from './errors.ts';
import type { EventListener } from './events.ts';
import { backoffMs, nextStep } from './retry.ts';
import type { ResolvedSettings } from './settings.ts';

/** Which operation a request belongs to, for errors and events. */
export interface Operation {
  readonly name: string;
  readonly path?: string;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link Runner.open} gives: a value that is still in use, and the signal that it hangs on. */
export interface Opened<T> {
  readonly value: T;
  readonly attempt: AttemptSignal;
}

type Attempt<T> = (context: AttemptContext) => Promise<T>;

/** What else is to happen around the attempts of one request. */
export interface AttemptHooks<T> {
  /** Sees each failed attempt. */
  onFailure?(error: StorageError): void;
  /** Releases what is answered to an attempt that was given up before: nobody else would. */
  discard?(value: T): unknown;
  /** For all attempts and their pauses, in place of `operationTimeoutMs`. */
  readonly budget?: AttemptDeadline;
  /** Once it has fired nobody wants the answer: what fails is not sent again, and what is on its way may arrive. */
  readonly unwanted?: AbortSignal | undefined;
}

/** Sends requests: each attempt with its deadline, failures again as the settings say, errors with their context. */
export class Runner {
  readonly #client: StorageClient;
  readonly #settings: ResolvedSettings;
  readonly #emit: EventListener;
  readonly #clock: Clock;
  readonly #maxTries: number;
  readonly #pauses = new Set<AttemptSignal>();
  #closed = false;

  constructor(client: StorageClient, settings: ResolvedSettings, emit: EventListener, clock: Clock) {
    this.#client = client;
    this.#settings = settings;
    this.#emit = emit;
    this.#clock = clock;
    // A client that retries inside would multiply our attempts by its own.
    this.#maxTries = client.retriesInside ? 1 : settings.retries.maxTries;
  }

  /** From now on nothing more is sent: what is under way ends with `closed` where it would send another request. */
  close(): void {
    this.#closed = true;
    for (const pause of this.#pauses) pause.abort(undefined);
  }

  /** @throws {@link StorageError} `closed` after {@link Runner.close}. */
  refuseClosed(operation: Operation): void {
    if (!this.#closed) return;
    throw this.explain(new StorageError({ kind: 'closed', message: 'the storage was closed' }), operation);
  }

  /** Runs until an attempt succeeds or nothing more may be tried. */
  async run<T>(operation: Operation, send: Attempt<T>, hooks: AttemptHooks<T> = {}): Promise<T> {
    const { value, attempt } = await this.open(operation, send, hooks);
    attempt.release();
    return value;
  }

  /** As {@link Runner.run}, for a value that goes on after its attempt: the caller releases `attempt`. */
  async open<T>(operation: Operation, send: Attempt<T>, hooks: AttemptHooks<T>): Promise<Opened<T>> {
    if (operation.signal?.aborted) throw operation.signal.reason;
    const end = this.#endOf(hooks.budget);
    let refreshed = false;
    for (let attempts = 1; ; attempts++) {
      this.refuseClosed(operation);
      const attempt = attemptSignal(operation.signal, this.#deadline(end));
      try {
        return await start(attempt, send, hooks);
      } catch (err) {
        attempt.release();
        const error = this.#explain(err, operation, attempts);
        hooks.onFailure?.(error);
        const step = nextStep(
          error,
          { attempts, refreshed },
          this.#maxTries,
          this.#client.refreshCredentials !== undefined,
        );
        if (step === 'give_up') throw error;
        if (step === 'refresh') await this.#refresh(operation, this.#deadline(end));
        else await this.#pause(operation, error, { attempts, endsAtMs: end.atMs, unwanted: hooks.unwanted });
        refreshed ||= step === 'refresh';
      }
    }
  }

  /** One attempt with a deadline of its own, never tried again: for reading back what a lost response has done. */
  async once<T>(operation: Operation, deadline: AttemptDeadline, send: Attempt<T>): Promise<T> {
    this.refuseClosed(operation);
    const attempt = attemptSignal(operation.signal, deadline);
    try {
      return (await start(attempt, send, {})).value;
    } catch (err) {
      throw this.#explain(err, operation, 1);
    } finally {
      attempt.release();
    }
  }

  /** The caller's own abort passes as it is; everything else is a StorageError that says where it happened. */
  #explain(err: unknown, operation: Operation, attempts: number): StorageError {
    if (operation.signal?.aborted) throw operation.signal.reason;
    return this.explain(err, operation, attempts);
  }

  /** `err` as a StorageError with the operation's context. */
  explain(err: unknown, operation: Operation, attempts?: number): StorageError {
    return toStorageError(err).with({
      backend: this.#client.info.backend,
      operation: operation.name,
      ...(operation.path !== undefined && { path: operation.path }),
      ...(attempts !== undefined && { attempts }),
    });
  }

  /** The pause before attempt `failures + 1` of something that is not an attempt of one request. */
  async wait(operation: Operation, failures: number, retryAfterMs?: number): Promise<void> {
    const delayMs = backoffMs(this.#settings.retries, failures, this.#clock.random(), retryAfterMs);
    await this.#sleep(delayMs, operation);
  }

  /** Waits before another attempt of `operation`, and says so. */
  async #pause(operation: Operation, error: StorageError, { attempts, endsAtMs, unwanted }: Pause): Promise<void> {
    const delayMs = backoffMs(this.#settings.retries, attempts, this.#clock.random(), error.retryAfterMs);
    if (unwanted?.aborted || this.#clock.nowMs() + delayMs >= endsAtMs) throw error;
    const { name, path } = operation;
    this.#emit({
      kind: 'retry',
      operation: name,
      ...(path !== undefined && { path }),
      attempt: attempts,
      delayMs,
      error,
    });
    const end = (): void => pause.abort(error);
    const pause = attemptSignal(operation.signal, noDeadline);
    unwanted?.addEventListener('abort', end, { once: true });
    await this.#sleep(delayMs, operation, pause).finally(() => unwanted?.removeEventListener('abort', end));
  }

  // A pause would else keep a process alive for minutes after it has closed its storage.
  async #sleep(
    delayMs: number,
    operation: Operation,
    pause: AttemptSignal = attemptSignal(operation.signal, noDeadline),
  ): Promise<void> {
    this.#pauses.add(pause);
    try {
      this.refuseClosed(operation);
      await this.#clock.sleep(delayMs, pause.signal);
    } catch (err) {
      if (!operation.signal?.aborted) this.refuseClosed(operation);
      throw err;
    } finally {
      this.#pauses.delete(pause);
      pause.release();
    }
  }

  async #refresh(operation: Operation, deadline: AttemptDeadline): Promise<void> {
    await this.once(operation, deadline, async (context) => this.#client.refreshCredentials?.(context));
    this.#emit({ kind: 'credentials_renewed', operation: operation.name });
  }

  #endOf(budget?: AttemptDeadline): End {
    const { operationTimeoutMs } = this.#settings.timeouts;
    const limit = budget ?? { timeoutMs: operationTimeoutMs, name: 'operationTimeoutMs' };
    return { limit, atMs: limit.timeoutMs > 0 ? this.#clock.nowMs() + limit.timeoutMs : Number.POSITIVE_INFINITY };
  }

  #deadline({ atMs, limit }: End): AttemptDeadline {
    const { operationAttemptTimeoutMs } = this.#settings.timeouts;
    const perAttempt: AttemptDeadline = { timeoutMs: operationAttemptTimeoutMs, name: 'operationAttemptTimeoutMs' };
    if (atMs === Number.POSITIVE_INFINITY) return perAttempt;
    const leftMs = Math.max(1, Math.ceil(atMs - this.#clock.nowMs()));
    if (operationAttemptTimeoutMs > 0 && operationAttemptTimeoutMs < leftMs) return perAttempt;
    return { timeoutMs: Math.min(leftMs, limit.timeoutMs), name: limit.name };
  }
}

interface Pause {
  /** Attempts made. */
  readonly attempts: number;
  readonly endsAtMs: number;
  readonly unwanted: AbortSignal | undefined;
}

/** When everything must be over, and what says so. */
interface End {
  readonly atMs: number;
  readonly limit: AttemptDeadline;
}

async function start<T>(attempt: AttemptSignal, send: Attempt<T>, { discard }: AttemptHooks<T>): Promise<Opened<T>> {
  attempt.signal.throwIfAborted();
  const sent = send({ signal: attempt.signal });
  try {
    const value = await attempt.race(sent);
    attempt.clearDeadline();
    return { value, attempt };
  } catch (err) {
    if (discard) sent.then(discard).catch(() => {});
    throw err;
  }
}

/** True where a failed write may have landed all the same: everything but a refusal that says what was wrong. */
export function isAmbiguous(error: StorageError): boolean {
  return isStorageError(error, 'unavailable', 'timeout', 'bad_response', 'unknown');
}
