/** Time and chance, so that tests can do without either. */
export interface Clock {
  nowMs(): number;
  /** Resolves after `ms`; rejects with `signal.reason` as soon as the signal fires. Leaves no listener behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In `[0, 1)`. */
  random(): number;
}

/** The real ones. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  sleep,
  random: Math.random,
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
