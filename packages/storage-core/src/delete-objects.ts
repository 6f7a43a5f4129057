import { forEachConcurrently, inBatches } from './batch.ts';
import type { AttemptContext, DeleteOutcome } from './client.ts';
import type { DeleteFailure, DeleteItem, DeleteObjectsResult } from './contract.ts';
import { isRetryable, isStorageError, StorageError } from './errors.ts';
import { checkPath } from './key.ts';
import type { Mechanics } from './mechanics.ts';
import type { Operation } from './runner.ts';
import { storedKey } from './stored-key.ts';

/** Requests at once, as Icechunk's (`icechunk-storage/src/storage.rs`, seen 2026-11). */
const CONCURRENT_BATCHES = 10;

/**
 * See {@link Storage.deleteObjects}; the prefix has been checked.
 *
 * @param prefix Without a `/` at its end.
 */
export async function deleteObjects(
  mechanics: Mechanics,
  operation: Operation,
  prefix: string,
  items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>,
): Promise<DeleteObjectsResult> {
  const tally = new Tally();
  const work = async (batch: readonly DeleteItem[]): Promise<void> => {
    const keys = await keysOf(mechanics, operation, prefix, batch, tally);
    if (keys.size === 0) return;
    const errors = await deleteBatch(mechanics, operation, [...keys.keys()]);
    for (const [key, item] of keys) tally.count(item, errors.get(key));
  };
  const batches = inBatches(tally.unseen(items), mechanics.client.capabilities.maxDeleteBatch);
  await forEachConcurrently(batches, CONCURRENT_BATCHES, work, operation.signal);
  return tally.result;
}

/** What was confirmed and what failed, each id once. */
class Tally {
  readonly #seen = new Set<string>();
  readonly #failures: DeleteFailure[] = [];
  #objects = 0;
  #bytes = 0;

  /** The items whose id did not come before. */
  async *unseen(items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>): AsyncGenerator<DeleteItem> {
    for await (const item of items) {
      if (typeof item !== 'object' || item === null) throw invalid('items gives { id, sizeBytes }');
      if (this.#seen.has(item.id)) continue;
      this.#seen.add(item.id);
      yield item;
    }
  }

  count(item: DeleteItem, error: StorageError | undefined): void {
    if (error) this.#failures.push({ id: item.id, error });
    else {
      this.#objects += 1;
      this.#bytes += item.sizeBytes;
    }
  }

  get result(): DeleteObjectsResult {
    return { deletedObjects: this.#objects, deletedBytes: this.#bytes, failures: this.#failures };
  }
}

/** The keys of the items that can be keys; the others are failures of their own and hinder nobody. */
async function keysOf(
  mechanics: Mechanics,
  operation: Operation,
  prefix: string,
  batch: readonly DeleteItem[],
  tally: Tally,
): Promise<Map<string, DeleteItem>> {
  const keys = new Map<string, DeleteItem>();
  for (const item of batch) {
    const path = prefix === '' ? item.id : `${prefix}/${item.id}`;
    try {
      checkPath(item.id, 'id');
      checkSize(item.sizeBytes);
      keys.set(await storedKey(mechanics, operation, path), item);
    } catch (err) {
      if (operation.signal?.aborted) throw err;
      tally.count(item, mechanics.runner.explain(err, { ...operation, path }));
    }
  }
  return keys;
}

// Anything else would make the sum of all no number, once they are gone.
function checkSize(sizeBytes: number): void {
  if (!(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0)) throw invalid('sizeBytes takes a whole number from 0');
}

/** Deletes one batch, and again those of its keys that may succeed later. @returns The errors of those that did not. */
async function deleteBatch(
  mechanics: Mechanics,
  operation: Operation,
  keys: readonly string[],
): Promise<Map<string, StorageError>> {
  const { client, runner } = mechanics;
  const failed = new Map<string, StorageError>();
  let pending = keys;
  let errors: ReadonlyMap<string, StorageError | undefined> = new Map();
  const send = async (context: AttemptContext): Promise<void> => {
    errors = new Map();
    const outcomes = byKey(await client.delete(pending, context));
    errors = new Map(pending.map((key) => [key, errorOf(outcomes.get(key))]));
    pending = pending.filter((key) => isRetryable(errors.get(key)));
    for (const [key, error] of errors)
      if (error && !isRetryable(error)) failed.set(key, runner.explain(error, operation));
    const again = pending[0];
    if (again !== undefined) throw errors.get(again);
  };
  await runner.run(operation, send).catch((err: unknown) => {
    if (!isStorageError(err) || operation.signal?.aborted) throw err;
    for (const key of pending) failed.set(key, runner.explain(errors.get(key) ?? err, operation, err.attempts));
  });
  return failed;
}

function byKey(outcomes: readonly DeleteOutcome[]): Map<string, DeleteOutcome> {
  return new Map(outcomes.map((outcome) => [outcome.key, outcome]));
}

function errorOf(outcome: DeleteOutcome | undefined): StorageError | undefined {
  // A key that the answer leaves out is not confirmed gone.
  if (!outcome) return new StorageError({ kind: 'bad_response', message: 'the answer says nothing of this key' });
  if (!outcome.error) return undefined;
  return isStorageError(outcome.error)
    ? outcome.error
    : new StorageError({ kind: 'unknown', message: 'the provider did not delete this key', cause: outcome.error });
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
