/** A bound on how long something may take. */
export interface TimeLimit {
  /** Fires when the time is over. */
  readonly signal: AbortSignal;
  /** Lets go of the timer. Must be called, or the process stays until the time is over. */
  release(): void;
}

/**
 * A limit that holds the process until it fires or is released.
 *
 * `AbortSignal.timeout` does not hold it in Node: where nothing else is left to wait for, a run that hangs would end in silence.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/globals.html#static-method-abortsignaltimeoutdelay (seen 2026-11)
 */
export function timeLimit(limitMs: number): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`no end after ${limitMs} ms`, 'TimeoutError')),
    limitMs,
  );
  return { signal: controller.signal, release: () => clearTimeout(timer) };
}
