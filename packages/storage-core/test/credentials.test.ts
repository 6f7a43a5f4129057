import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cachedCredentials, type Expiring, fixedCredentials } from '../src/credentials.ts';
import { isStorageError, StorageError } from '../src/errors.ts';

interface Key extends Expiring {
  readonly id: number;
  readonly secret: string;
}

const START_MS = Date.UTC(2026, 10, 1);
const SECRET = 'hunter2-very-secret';

/** A provider of keys that live for `lifeMs`, under a clock that only the test moves. */
function keyring(lifeMs?: number): {
  fetch: () => Promise<Key>;
  now: () => number;
  pass: (ms: number) => void;
  failWith: (error: unknown) => void;
  calls: () => number;
} {
  let nowMs = START_MS;
  let calls = 0;
  let failure: { error: unknown } | undefined;
  const fetch = async (): Promise<Key> => {
    calls++;
    await Promise.resolve();
    if (failure) throw failure.error;
    return { id: calls, secret: SECRET, ...(lifeMs !== undefined && { expiresAfter: new Date(nowMs + lifeMs) }) };
  };
  return {
    fetch,
    now: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
    },
    failWith: (error) => {
      failure = error === undefined ? undefined : { error };
    },
    calls: () => calls,
  };
}

/** A callback whose every call is answered by hand. */
function byHand(): { fetch: () => Promise<Key>; answer: (index: number, key: Key) => void; calls: () => number } {
  const waiting: ((key: Key) => void)[] = [];
  const fetch = (): Promise<Key> => new Promise((resolve) => waiting.push(resolve));
  return { fetch, answer: (index, key) => waiting[index]?.(key), calls: () => waiting.length };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it did not reject');
    },
    (reason: unknown) => reason,
  );
}

afterEach(() => {
  vi.useRealTimers();
});

describe('cachedCredentials', () => {
  it('asks once, however many wait', async () => {
    const { fetch, answer, calls } = byHand();
    const source = cachedCredentials(fetch);
    const waiting = Array.from({ length: 50 }, () => source.get());
    expect(calls()).toBe(1);
    const key = { id: 1, secret: SECRET };
    answer(0, key);
    for (const got of await Promise.all(waiting)) expect(got).toBe(key);
    expect(await source.get()).toBe(key);
    expect(calls()).toBe(1);
  });

  it('keeps credentials that do not end', async () => {
    const ring = keyring();
    const source = cachedCredentials(ring.fetch, { now: ring.now });
    await source.get();
    ring.pass(1e12);
    expect((await source.get()).id).toBe(1);
  });

  it('renews them two minutes before their end, and not earlier', async () => {
    const ring = keyring(3_600_000);
    const source = cachedCredentials(ring.fetch, { now: ring.now });
    await source.get();
    ring.pass(3_600_000 - 120_000 - 1);
    expect((await source.get()).id).toBe(1);
    ring.pass(1);
    expect((await source.get()).id).toBe(2);
  });

  it('does not renew short-lived ones for every request', async () => {
    const ring = keyring(60_000);
    const source = cachedCredentials(ring.fetch, { now: ring.now });
    await source.get();
    ring.pass(29_999);
    expect((await source.get()).id).toBe(1);
    ring.pass(1);
    expect((await source.get()).id).toBe(2);
  });

  it('never gives credentials that have ended, and asks at most once for a moment', async () => {
    const step = fc.record({ ms: fc.nat({ max: 400_000 }), requests: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 500_000 }),
        fc.array(step, { maxLength: 15 }),
        async (lifeMs, steps) => {
          const ring = keyring(lifeMs);
          const source = cachedCredentials(ring.fetch, { now: ring.now });
          for (const { ms, requests } of steps) {
            ring.pass(ms);
            const before = ring.calls();
            const keys = await Promise.all(Array.from({ length: requests }, () => source.get()));
            for (const key of keys) expect(Number(key.expiresAfter)).toBeGreaterThan(ring.now());
            expect(ring.calls() - before).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  it('goes on with valid ones where a renewal fails, asks again after a pause, and fails once they have ended', async () => {
    const ring = keyring(3_600_000);
    const source = cachedCredentials(ring.fetch, { now: ring.now });
    await source.get();
    ring.pass(3_600_000 - 60_000);
    ring.failWith(new Error('the token endpoint is down'));
    expect((await source.get()).id).toBe(1);
    expect((await source.get()).id).toBe(1);
    expect(ring.calls()).toBe(2);
    ring.pass(5_000);
    expect((await source.get()).id).toBe(1);
    expect(ring.calls()).toBe(3);
    ring.pass(55_000);
    expect(await rejection(source.get())).toMatchObject({ kind: 'unauthenticated' });
  });

  it('keeps no failure for those who come later', async () => {
    const ring = keyring();
    const source = cachedCredentials(ring.fetch, { now: ring.now });
    ring.failWith(new Error('down'));
    const failures = await Promise.all([rejection(source.get()), rejection(source.get())]);
    expect(failures.map((failure) => isStorageError(failure, 'unauthenticated'))).toEqual([true, true]);
    expect(ring.calls()).toBe(1);
    ring.failWith(undefined);
    expect((await source.get()).id).toBe(2);
  });

  it('lets a caller go at once, and the others wait on', async () => {
    const { fetch, answer, calls } = byHand();
    const source = cachedCredentials(fetch);
    const controller = new AbortController();
    const first = source.get(controller.signal);
    const second = source.get(new AbortController().signal);
    const reason = { why: 'enough' };
    controller.abort(reason);
    expect(await rejection(first)).toBe(reason);
    answer(0, { id: 7, secret: SECRET });
    expect((await second).id).toBe(7);
    expect(calls()).toBe(1);
    expect(await rejection(source.get(AbortSignal.abort(reason)))).toBe(reason);
  });

  it('gives up a callback that hangs, tells it so, and asks anew', async () => {
    vi.useFakeTimers();
    const signals: AbortSignal[] = [];
    const source = cachedCredentials((signal) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise<Key>(() => {}) : { id: 2, secret: SECRET };
    });
    const failure = rejection(source.get());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await failure).toMatchObject({ kind: 'timeout', detail: 'getCredentials did not answer within 60000 ms' });
    expect(signals[0]?.aborted).toBe(true);
    expect((await source.get()).id).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says which callback failed, without keeping its error as it is', async () => {
    const thrown = Object.assign(new Error('no route'), { code: 'EHOSTUNREACH', config: { secret: SECRET } });
    for (const fetch of [
      async () => Promise.reject(thrown),
      () => {
        throw thrown;
      },
    ]) {
      const error = await rejection(cachedCredentials<Key>(fetch, { name: 'getToken' }).get());
      expect(error).toMatchObject({ kind: 'unauthenticated', retry: 'no', detail: 'getToken failed: no route' });
      expect(error).toMatchObject({ cause: { name: 'Error', code: 'EHOSTUNREACH', message: 'no route' } });
      expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    }
  });

  it('leaves out of the words of a callback what may be a secret, and its stack', async () => {
    const thrown = new Error('the vault refused hvs.CAESIJ2x9Qmv-0f4T');
    const error = await rejection(cachedCredentials<Key>(async () => Promise.reject(thrown)).get());
    expect(error).toMatchObject({ detail: 'getCredentials failed: the vault refused …' });
    expect(inspect(error, { depth: 9 })).not.toContain('hvs.');
  });

  it('passes a StorageError of the callback as it is', async () => {
    const thrown = new StorageError({ kind: 'unavailable', message: 'the metadata server is busy' });
    expect(await rejection(cachedCredentials<Key>(async () => Promise.reject(thrown)).get())).toBe(thrown);
  });

  it.each([
    ['nothing', undefined, 'an object is needed'],
    ['a string', SECRET, 'an object is needed'],
    ['a date as text', { id: 1, secret: SECRET, expiresAfter: SECRET }, 'expiresAfter takes a valid Date'],
    ['no date', { id: 1, secret: SECRET, expiresAfter: new Date(Number.NaN) }, 'expiresAfter takes a valid Date'],
    ['a wrong field', { id: SECRET, secret: SECRET }, 'id takes a number'],
  ])('names what is wrong with %s, and prints no value', async (_, given, says) => {
    const faultOf = ({ id }: Key): string | undefined => (typeof id === 'number' ? undefined : 'id takes a number');
    const error = await rejection(cachedCredentials<Key>(async () => given as Key, { faultOf }).get());
    expect(error).toMatchObject({
      kind: 'invalid_options',
      detail: `getCredentials gave no usable credentials: ${says}`,
    });
    expect(inspect(error)).not.toContain(SECRET);
  });
});

describe('refresh', () => {
  it('replaces credentials that are still valid, once for all who ask at a time', async () => {
    const ring = keyring();
    const source = cachedCredentials(ring.fetch);
    await source.get();
    const [first, second, third] = await Promise.all([source.refresh(), source.refresh(), source.get()]);
    expect([first.id, second.id, third.id, ring.calls()]).toEqual([2, 2, 2, 2]);
  });

  it('asks nobody where the refused ones have been replaced since', async () => {
    const ring = keyring();
    const source = cachedCredentials(ring.fetch);
    const refused = await source.get();
    await source.refresh({ refused });
    expect((await source.refresh({ refused })).id).toBe(2);
    expect(ring.calls()).toBe(2);
  });

  it('never falls back to what was refused', async () => {
    const ring = keyring(3_600_000);
    const source = cachedCredentials(ring.fetch, { now: ring.now });
    const refused = await source.get();
    ring.failWith(new Error('down'));
    expect(await rejection(source.refresh({ refused }))).toMatchObject({ kind: 'unauthenticated' });
    expect(await rejection(source.get())).toMatchObject({ kind: 'unauthenticated' });
  });

  it('lets a caller go at once', async () => {
    const { fetch } = byHand();
    const controller = new AbortController();
    const waiting = cachedCredentials(fetch).refresh({ signal: controller.signal });
    controller.abort('enough');
    expect(await rejection(waiting)).toBe('enough');
  });
});

describe('fixedCredentials', () => {
  it('gives the same ones every time, and has no others', async () => {
    const key = { id: 1, secret: SECRET };
    const source = fixedCredentials(key);
    expect([await source.get(), await source.get()]).toEqual([key, key]);
    expect(source.refresh).toBeUndefined();
    expect(await rejection(source.get(AbortSignal.abort('before')))).toBe('before');
  });
});

describe('every source', () => {
  it('shows no secret, however it is looked at', async () => {
    const key = { id: 1, secret: SECRET };
    const cached = cachedCredentials(async () => key);
    await cached.get();
    for (const source of [cached, fixedCredentials(key)]) {
      const inspected = inspect({ source }, { depth: 9, showHidden: true });
      const views = [inspected, JSON.stringify({ source }), String(source), JSON.stringify(Object.entries(source))];
      expect(views.filter((view) => view.includes(SECRET))).toEqual([]);
      expect(inspected).toContain('[credentials hidden]');
      expect(JSON.stringify({ source })).toBe('{"source":"[credentials hidden]"}');
    }
  });
});
