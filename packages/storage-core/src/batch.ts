/** Items as callers hand them in: an array, a generator, a stream of a listing. */
export type ItemSource<T> = Iterable<T> | AsyncIterable<T>;

/**
 * The items in chunks of `size`; the last may be smaller, none is empty. Leaving the loop closes the source.
 *
 * @param size From 1.
 */
export async function* inBatches<T>(source: ItemSource<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of source) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * What `work` makes of each item, in the order of the items, with at most `limit` under way. An item is asked for only once
 * there is room for it.
 *
 * The first failure (of `work`, of the source, or the signal's) ends the pulling, even where the source does not answer.
 * Then the source is closed, what is under way is waited for, and the failure is thrown.
 *
 * @param limit From 1.
 * @param signal Ends the pulling only: `work` must have it too, to end what is under way.
 */
export async function mapConcurrently<T, R>(
  source: ItemSource<T>,
  limit: number,
  work: (item: T) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results: R[] = [];
  let count = 0;
  const store = async (item: T): Promise<void> => {
    const index = count++;
    results[index] = await work(item);
  };
  await forEachConcurrently(source, limit, store, signal);
  return results;
}

/** Does `work` for each item: {@link mapConcurrently} where there are no results. */
export async function forEachConcurrently<T>(
  source: ItemSource<T>,
  limit: number,
  work: (item: T) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const crew = new Crew();
  const onAbort = (): void => crew.fail(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await employ(crew, new Puller(source), limit, work);
    await crew.idle();
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  if (crew.failure) throw crew.failure.reason;
}

async function employ<T>(
  crew: Crew,
  puller: Puller<T>,
  limit: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  for (;;) {
    await crew.until(() => crew.busy < limit);
    if (crew.failure) return puller.close();
    const next = await crew.unlessFailed(puller.next());
    if (crew.failure) return puller.close();
    if (!next || next.done) return;
    crew.start(async () => work(next.value));
  }
}

/** Tasks under way, and the first failure among them. One caller at a time waits for it. */
class Crew {
  busy = 0;
  failure?: { readonly reason: unknown };
  #wake: () => void = () => {};

  start(task: () => Promise<unknown>): void {
    this.busy++;
    task()
      .catch((reason: unknown) => this.fail(reason))
      .finally(() => {
        this.busy--;
        this.#wake();
      });
  }

  fail(reason: unknown): void {
    this.failure ??= { reason };
    this.#wake();
  }

  /** Until it holds, or something failed. */
  async until(holds: () => boolean): Promise<void> {
    while (!this.failure && !holds()) await this.#change();
  }

  async idle(): Promise<void> {
    while (this.busy > 0) await this.#change();
  }

  /** The answer, or undefined once something failed: the answer itself, too. */
  async unlessFailed<R>(answer: Promise<R>): Promise<R | undefined> {
    let settled: { readonly value: R } | undefined;
    answer.then(
      (value) => {
        settled = { value };
        this.#wake();
      },
      (reason: unknown) => this.fail(reason),
    );
    await this.until(() => settled !== undefined);
    return settled?.value;
  }

  // Not Promise.race: over a long source it would pile up handlers on the task that takes longest.
  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

class Puller<T> {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  #state: 'open' | 'pulling' | 'ended' = 'open';

  constructor(source: ItemSource<T>) {
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  async next(): Promise<IteratorResult<T>> {
    this.#state = 'pulling';
    try {
      const result = await this.#iterator.next();
      this.#state = result.done ? 'ended' : 'open';
      return result;
    } catch (err) {
      this.#state = 'ended';
      throw err;
    }
  }

  // A generator closes only after the pull that is under way: a source that hangs is told, and not waited for.
  async close(): Promise<void> {
    if (this.#state === 'ended') return;
    const closed = this.#return();
    if (this.#state === 'open') await closed;
  }

  // What fails while closing must not hide why it was closed.
  async #return(): Promise<void> {
    try {
      await this.#iterator.return?.();
    } catch {}
  }
}
