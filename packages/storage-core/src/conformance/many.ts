import { forEachConcurrently } from '../batch.ts';

/** Enough to be quick over a network, and few enough for any pool of connections. */
const atOnce = 32;

/** Ids of many objects, in a flat folder as chunks are, in byte order. */
export function manyIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `chunk-${String(index).padStart(6, '0')}`);
}

/** Does the work for every item, several at once. */
export async function forAll<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  await forEachConcurrently(items, atOnce, work);
}
