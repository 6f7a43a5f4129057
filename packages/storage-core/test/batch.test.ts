import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachConcurrently, inBatches, mapConcurrently } from '../src/batch.ts';

/** Lets everything that is ready to run do so, timers excluded. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** A promise in hand. */
function gate(): { promise: Promise<void>; open: () => void; fail: (reason: unknown) => void } {
  let open = (): void => {};
  let fail = (_reason: unknown): void => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

/** Counts from 0 to `end`, and remembers how far it was pulled and whether it was closed. */
function counter(end = Number.POSITIVE_INFINITY): {
  items: Generator<number>;
  pulled: () => number;
  closed: () => boolean;
} {
  let pulled = 0;
  let closed = false;
  function* count(): Generator<number> {
    try {
      for (; pulled < end; ) yield pulled++;
    } finally {
      closed = true;
    }
  }
  return { items: count(), pulled: () => pulled, closed: () => closed };
}

async function* asynchronously<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

describe('inBatches', () => {
  it('cuts any source into full chunks and a rest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (items, size, isAsync) => {
          const batches: number[][] = [];
          for await (const batch of inBatches(isAsync ? asynchronously(items) : items, size)) batches.push(batch);
          expect(batches.flat()).toEqual(items);
          expect(batches.map(({ length }) => length)).toEqual(
            Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
              Math.min(size, items.length - index * size),
            ),
          );
        },
      ),
    );
  });

  it('pulls no further than the chunk that is wanted, and closes the source when left', async () => {
    const { items, pulled, closed } = counter();
    for await (const batch of inBatches(items, 3)) {
      expect(batch).toEqual([0, 1, 2]);
      break;
    }
    expect([pulled(), closed()]).toEqual([3, true]);
  });
});

describe('mapConcurrently', () => {
  it('gives results in the order of the items, whatever the order of the work', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (s, items, limit) => {
          let busy = 0;
          let most = 0;
          const work = async (item: number): Promise<number> => {
            most = Math.max(most, ++busy);
            await s.schedule(Promise.resolve());
            busy--;
            return item * 2;
          };
          const results = await s.waitFor(mapConcurrently(items, limit, work));
          expect(results).toEqual(items.map((item) => item * 2));
          expect(most).toBe(Math.min(limit, items.length));
        },
      ),
    );
  });

  it('has nothing to give for no items', async () => {
    expect(await mapConcurrently([], 3, async () => 1)).toEqual([]);
  });
});

describe('forEachConcurrently', () => {
  it('asks for an item only once there is room for it', async () => {
    const { items, pulled } = counter(5);
    const gates = Array.from({ length: 5 }, gate);
    const done = forEachConcurrently(items, 2, async (item) => gates[item]?.promise);
    await settled();
    expect(pulled()).toBe(2);
    gates[1]?.open();
    await settled();
    expect(pulled()).toBe(3);
    for (const { open } of gates) open();
    await done;
    expect(pulled()).toBe(5);
  });

  it('after a failure starts nothing, waits for what is under way, closes the source, and throws the first failure', async () => {
    const { items, pulled, closed } = counter();
    const gates = Array.from({ length: 3 }, gate);
    const first = new Error('first');
    let outcome: unknown;
    const done = forEachConcurrently(items, 3, async (item) => gates[item]?.promise).catch((err: unknown) => {
      outcome = err;
    });
    await settled();
    gates[1]?.fail(first);
    await settled();
    expect([pulled(), closed(), outcome]).toEqual([3, true, undefined]);
    gates[0]?.fail(new Error('second'));
    await settled();
    expect(outcome).toBeUndefined();
    gates[2]?.open();
    await done;
    expect([pulled(), outcome]).toEqual([3, first]);
  });

  it('takes work that throws before its first await for failed', async () => {
    const failure = new Error('at once');
    const { items, closed } = counter();
    const work = (): Promise<void> => {
      throw failure;
    };
    await expect(forEachConcurrently(items, 2, work)).rejects.toBe(failure);
    expect(closed()).toBe(true);
  });

  it('throws what the source throws, after what is under way, and does not close what has ended itself', async () => {
    const failure = new Error('source');
    let returned = 0;
    let index = 0;
    const iterator: AsyncIterator<number> = {
      next: async () => (index < 1 ? { done: false, value: index++ } : Promise.reject(failure)),
      return: async () => ({ done: true, value: returned++ }),
    };
    const { promise, open } = gate();
    let outcome: unknown;
    const done = forEachConcurrently({ [Symbol.asyncIterator]: () => iterator }, 4, async () => promise).catch(
      (err: unknown) => {
        outcome = err;
      },
    );
    await settled();
    expect(outcome).toBeUndefined();
    open();
    await done;
    expect([outcome, returned]).toEqual([failure, 0]);
  });

  it('does not wait for a source that hangs once something failed', async () => {
    const failure = new Error('work');
    const hanging = async function* (): AsyncGenerator<number> {
      yield 0;
      await new Promise(() => {});
    };
    const { promise, fail } = gate();
    const done = forEachConcurrently(hanging(), 2, async () => promise);
    const rejected = expect(done).rejects.toBe(failure);
    await settled();
    fail(failure);
    await rejected;
  });

  it('lets a failure to close the source hide nothing', async () => {
    const failure = new Error('work');
    const iterator: Iterator<number> = {
      next: () => ({ done: false, value: 1 }),
      return: () => {
        throw new Error('closing');
      },
    };
    const work = async (): Promise<void> => Promise.reject(failure);
    await expect(forEachConcurrently({ [Symbol.iterator]: () => iterator }, 1, work)).rejects.toBe(failure);
  });

  it('stops pulling when the signal fires, even while the source hangs, and throws its reason', async () => {
    const controller = new AbortController();
    const reason = { why: 'enough' };
    const hanging = async function* (): AsyncGenerator<number> {
      yield 0;
      await new Promise(() => {});
    };
    const seen: number[] = [];
    const done = forEachConcurrently(hanging(), 2, async (item) => void seen.push(item), controller.signal);
    const rejected = expect(done).rejects.toBe(reason);
    await settled();
    controller.abort(reason);
    await rejected;
    expect(seen).toEqual([0]);
  });

  it('does not touch the source where the signal has fired before', async () => {
    const { items, pulled } = counter();
    const reason = new Error('before');
    await expect(forEachConcurrently(items, 1, async () => {}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(pulled()).toBe(0);
  });

  it('does every item once, whatever the order of the work', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.nat({ max: 15 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (s, count, limit, isAsync) => {
          const seen: number[] = [];
          const items = Array.from({ length: count }, (_, index) => index);
          const work = async (item: number): Promise<void> => {
            await s.schedule(Promise.resolve());
            seen.push(item);
          };
          await s.waitFor(forEachConcurrently(isAsync ? asynchronously(items) : items, limit, work));
          expect(seen.sort((a, b) => a - b)).toEqual(items);
        },
      ),
    );
  });
});
