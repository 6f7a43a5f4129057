import { describe, expect, it } from 'vitest';
import { attemptSignal, noDeadline, race } from '../src/deadline.ts';
import { countedSignal } from './counted-signal.ts';

describe('attemptSignal', () => {
  it("follows the caller's signal, with its reason", () => {
    const controller = new AbortController();
    const attempt = attemptSignal(controller.signal, noDeadline);
    expect(attempt.signal.aborted).toBe(false);
    controller.abort('enough');
    expect(attempt.signal.reason).toBe('enough');
    expect(attemptSignal(AbortSignal.abort('before'), noDeadline).signal.reason).toBe('before');
  });

  it("leaves nothing on the caller's signal once it is released", () => {
    const { controller, signal, listeners } = countedSignal();
    const attempt = attemptSignal(signal, noDeadline);
    expect(listeners()).toBe(1);
    attempt.release();
    expect(listeners()).toBe(0);
    controller.abort();
    expect(attempt.signal.aborted).toBe(false);
  });

  it('fires by its deadline, names the setting, and not after it was cleared', async () => {
    const attempt = attemptSignal(undefined, { timeoutMs: 5, name: 'operationAttemptTimeoutMs' });
    await expect(attempt.race(new Promise(() => {}))).rejects.toMatchObject({ kind: 'timeout', retry: 'again' });
    expect(attempt.signal.reason.message).toContain('operationAttemptTimeoutMs of 5 ms');
    const cleared = attemptSignal(undefined, { timeoutMs: 5, name: 'x' });
    cleared.clearDeadline();
    await new Promise((resolve) => setTimeout(resolve, 25));
    expect(cleared.signal.aborted).toBe(false);
  });
});

describe('race', () => {
  it('settles as the promise does, and leaves no listener', async () => {
    const { signal, listeners } = countedSignal();
    expect(await race(Promise.resolve(1), signal)).toBe(1);
    await expect(race(Promise.reject('no'), signal)).rejects.toBe('no');
    await new Promise((resolve) => setImmediate(resolve));
    expect(listeners()).toBe(0);
  });

  it('rejects with the reason of a signal that fires or has fired', async () => {
    const controller = new AbortController();
    const raced = race(new Promise(() => {}), controller.signal);
    controller.abort('enough');
    await expect(raced).rejects.toBe('enough');
    await expect(race(Promise.resolve(1), controller.signal)).rejects.toBe('enough');
  });
});
