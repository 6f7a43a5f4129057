import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { createStorage } from '../src/create-storage.ts';
import { noDeadline } from '../src/deadline.ts';
import { StorageError } from '../src/errors.ts';
import type { StorageEvent } from '../src/events.ts';
import { isAmbiguous, Runner } from '../src/runner.ts';
import { cloudDefaults, resolveSettings, type StorageSettings } from '../src/settings.ts';
import { countedSignal } from './counted-signal.ts';
import { deaf, FakeClient, failing, fakeStorage, hanging, patterned, reset } from './fake-client.ts';

/** A clock whose sleeps take no time and are counted. */
function fakeClock() {
  let nowMs = 1_000;
  const sleeps: number[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      sleeps.push(ms);
      nowMs += ms;
    },
  };
  return { clock, sleeps, pass: (ms: number) => (nowMs += ms) };
}

function runnerOf(settings: StorageSettings = {}, client = new FakeClient()) {
  const events: StorageEvent[] = [];
  const time = fakeClock();
  const runner = new Runner(
    client,
    resolveSettings(cloudDefaults, settings),
    (event) => events.push(event),
    time.clock,
  );
  return { client, events, runner, ...time };
}

const operation = { name: 'putObject', path: 'k' };

afterEach(() => {
  vi.useRealTimers();
});

const failWith = (...errors: unknown[]) => {
  let attempts = 0;
  return async (): Promise<number> => {
    const error = errors[attempts++];
    if (error !== undefined) throw error;
    return attempts;
  };
};

/** Ends as soon as its attempt is given up, and not before. */
function hangingUntil(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

describe('Runner', () => {
  it('tries again with growing pauses and says why', async () => {
    const { runner, sleeps, events } = runnerOf();
    expect(await runner.run(operation, failWith(reset(), reset(), reset()))).toBe(4);
    expect(sleeps).toEqual([50, 100, 200]);
    expect(events).toMatchObject([
      { kind: 'retry', operation: 'putObject', path: 'k', attempt: 1, delayMs: 50, error: { kind: 'unavailable' } },
      { attempt: 2, delayMs: 100 },
      { attempt: 3, delayMs: 200 },
    ]);
  });

  it('waits as long as the provider asked for', async () => {
    const { runner, sleeps } = runnerOf();
    await runner.run(
      operation,
      failWith(new StorageError({ kind: 'unavailable', message: 'slow down', retryAfterMs: 3_000 })),
    );
    expect(sleeps).toEqual([3_000]);
  });

  it('ends with the last error, its context and its attempts', async () => {
    const { runner } = runnerOf({ retries: { maxTries: 2 } });
    const run = runner.run(
      operation,
      failWith(reset(), new StorageError({ kind: 'unavailable', message: 'still', status: 503 })),
    );
    await expect(run).rejects.toMatchObject({
      backend: 'fake',
      operation: 'putObject',
      path: 'k',
      attempts: 2,
      status: 503,
    });
    await expect(run).rejects.toThrow('unavailable: still (fake putObject, "k", status 503, 2 attempts)');
  });

  it('does not try again what cannot pass, nor what is no StorageError', async () => {
    for (const error of [new StorageError({ kind: 'permission_denied', message: 'no' }), new Error('a bug')]) {
      const { runner, sleeps } = runnerOf();
      await expect(runner.run(operation, failWith(error))).rejects.toMatchObject({ attempts: 1 });
      expect(sleeps).toEqual([]);
    }
  });

  it('makes one attempt for a client that retries inside', async () => {
    const client = new FakeClient();
    client.retriesInside = true;
    await expect(runnerOf({}, client).runner.run(operation, failWith(reset()))).rejects.toMatchObject({ attempts: 1 });
  });

  it('renews refused credentials once, without a pause', async () => {
    const refused = new StorageError({ kind: 'unauthenticated', message: 'expired', retry: 'after_refresh' });
    const { runner, client, sleeps, events } = runnerOf({ retries: { maxTries: 1 } });
    expect(await runner.run(operation, failWith(refused))).toBe(2);
    expect(client.count('refresh')).toBe(1);
    expect(sleeps).toEqual([]);
    expect(events).toEqual([{ kind: 'credentials_renewed', operation: 'putObject' }]);
    await expect(runner.run(operation, failWith(refused, refused))).rejects.toMatchObject({
      kind: 'unauthenticated',
      attempts: 2,
    });
    expect(client.count('refresh')).toBe(2);
  });

  it.each(['operationTimeoutMs', 'operationAttemptTimeoutMs'])('bounds the renewal by %s', async (name) => {
    const { client, storage } = fakeStorage({ timeouts: { [name]: 20 } });
    client.script('put', failing(new StorageError({ kind: 'unauthenticated', message: 'no', retry: 'after_refresh' })));
    client.script('refresh', deaf);
    await expect(storage.putObject('k', patterned(3))).rejects.toMatchObject({ kind: 'timeout', path: 'k' });
  });

  it('gives up where the next pause would pass operationTimeoutMs', async () => {
    const { runner, sleeps } = runnerOf({ timeouts: { operationTimeoutMs: 140 } });
    await expect(runner.run(operation, failWith(reset(), reset(), reset()))).rejects.toMatchObject({
      kind: 'unavailable',
      attempts: 2,
    });
    expect(sleeps).toEqual([50]);
  });

  it('gives up where the next pause would pass a budget that counts in place of operationTimeoutMs', async () => {
    const { runner, sleeps } = runnerOf({ timeouts: { operationTimeoutMs: 10 } });
    const budget = { timeoutMs: 140, name: 'the read-back' };
    const run = runner.run(operation, failWith(reset(), reset(), reset()), { budget });
    await expect(run).rejects.toMatchObject({ kind: 'unavailable', attempts: 2 });
    expect(sleeps).toEqual([50]);
  });

  it('ends an attempt that outlasts a budget, and names it', async () => {
    const { runner } = runnerOf();
    const budget = { timeoutMs: 20, name: 'the read-back' };
    const run = runner.run(operation, (context) => hangingUntil(context.signal), { budget });
    await expect(run).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('the read-back of 20 ms'),
    });
  });

  it("passes the caller's reason as it is, during an attempt and during a pause", async () => {
    const controller = new AbortController();
    const { runner } = runnerOf();
    const reason = new Error('enough');
    const run = runner.run({ ...operation, signal: controller.signal }, async () => {
      controller.abort(reason);
      throw reset();
    });
    await expect(run).rejects.toBe(reason);
    await expect(runner.run({ ...operation, signal: controller.signal }, failWith())).rejects.toBe(reason);
  });

  it('sends nothing where the signal fires between two attempts', async () => {
    const controller = new AbortController();
    const clock = { ...fakeClock().clock, sleep: async () => controller.abort('enough') };
    const runner = new Runner(new FakeClient(), resolveSettings(cloudDefaults), () => {}, clock);
    let attempts = 0;
    const run = runner.run({ ...operation, signal: controller.signal }, async () => {
      attempts++;
      throw reset();
    });
    await expect(run).rejects.toBe('enough');
    expect(attempts).toBe(1);
  });

  it('asks the client nothing more once it is closed', async () => {
    const { runner, client } = runnerOf();
    let attempts = 0;
    const run = runner.run(operation, async () => {
      attempts++;
      runner.close();
      throw reset();
    });
    const closed = { kind: 'closed', operation: 'putObject', path: 'k', backend: 'fake' };
    await expect(run).rejects.toMatchObject(closed);
    await expect(runner.once(operation, noDeadline, async () => attempts++)).rejects.toMatchObject(closed);
    expect(attempts).toBe(1);
    expect(client.calls).toEqual([]);
  });

  it('ends a pause once it is closed, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { client, storage } = fakeStorage();
    client.script('put', failing(new StorageError({ kind: 'unavailable', message: 'wait', retryAfterMs: 180_000 })));
    const put = storage.putObject('k', patterned(3));
    await new Promise((resolve) => setImmediate(resolve));
    expect(vi.getTimerCount()).toBe(1);
    await storage.close();
    await expect(put).rejects.toMatchObject({ kind: 'closed', path: 'k', operation: 'putObject' });
    expect([vi.getTimerCount(), client.count('put')]).toEqual([0, 1]);
  });

  it('begins no pause where a listener closes it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = new FakeClient();
    client.script('put', failing(reset()));
    const storage = createStorage(client, { defaults: cloudDefaults, onEvent: () => void storage.close() });
    const { signal, listeners } = countedSignal();
    await expect(storage.putObject('k', patterned(3), { signal })).rejects.toMatchObject({ kind: 'closed', path: 'k' });
    expect([vi.getTimerCount(), listeners(), client.count('put')]).toEqual([0, 0, 1]);
  });

  it.each([hanging, deaf])('ends an attempt that never answers by its deadline, and tries again', async (script) => {
    const { client, storage, events } = fakeStorage({ timeouts: { operationAttemptTimeoutMs: 10 } });
    client.script('put', script);
    expect(await storage.putObject('k', patterned(3))).toMatchObject({ kind: 'updated' });
    expect(events).toMatchObject([{ kind: 'retry', error: { kind: 'timeout' } }]);
  });

  it('ends an operation by operationTimeoutMs', async () => {
    const { client, storage } = fakeStorage({ timeouts: { operationTimeoutMs: 20 } });
    client.script('put', deaf);
    await expect(storage.putObject('k', patterned(3))).rejects.toMatchObject({ kind: 'timeout', path: 'k' });
  });
});

describe('isAmbiguous', () => {
  it('holds for failures that leave open whether the write has landed', () => {
    const kinds = [
      'unavailable',
      'timeout',
      'bad_response',
      'unknown',
      'permission_denied',
      'not_found',
      'read_only',
      'unsupported',
    ] as const;
    expect(kinds.filter((kind) => isAmbiguous(new StorageError({ kind, message: '' })))).toEqual(kinds.slice(0, 4));
  });
});
