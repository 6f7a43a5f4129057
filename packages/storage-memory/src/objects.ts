import type { ListedObject, ObjectHead, PutRequest, VersionInfo } from '@icechunk/storage-core';
import { isSameVersion, type WriteCondition } from '@icechunk/storage-core';
import { compareUtf8 } from './order.ts';

/** One object as it is kept: its bytes are never changed once they are here. */
export interface KeptObject extends ObjectHead {
  readonly data: Uint8Array;
  readonly lastModified: Date;
}

/**
 * Objects in memory. Several storages may share one: they then see the same objects, as two processes on one bucket.
 *
 * Every write gets an etag that no object of this store ever had, also for equal bytes and after a delete.
 */
export class InMemoryObjects {
  readonly #objects = new Map<string, KeptObject>();
  #sortedKeys: string[] | undefined;
  #writes = 0;
  #lastWriteMs = 0;

  /** The object under a key, if there is one. */
  get(key: string): KeptObject | undefined {
    return this.#objects.get(key);
  }

  /**
   * Keeps the object where the condition holds. The data is taken over: hand in a copy.
   *
   * @returns The new version; undefined where the condition does not hold.
   */
  put({ key, data, condition, contentType, metadata }: PutRequest): VersionInfo | undefined {
    if (!this.#allows(key, condition)) return undefined;
    // Handed out as it is: who changed it would change what the next condition is compared with.
    const version = Object.freeze({ etag: `"${(++this.#writes).toString(16)}"` });
    const attributes = { ...(contentType !== undefined && { contentType }), metadata: lowerCased(metadata ?? {}) };
    if (!this.#objects.has(key)) this.#sortedKeys = undefined;
    this.#objects.set(key, { ...attributes, data, version, sizeBytes: data.byteLength, lastModified: this.#now() });
    return version;
  }

  /** Removes an object; one that is absent is no error. */
  delete(key: string): void {
    if (this.#objects.delete(key)) this.#sortedKeys = undefined;
  }

  /** At most `limit` objects under a prefix, in the byte order of their keys, after the key `after`. */
  list(keyPrefix: string, after: string, limit: number): ListedObject[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort(compareUtf8);
    const keys = this.#sortedKeys;
    const found: ListedObject[] = [];
    for (let index = firstFrom(keys, keyPrefix, after); index < keys.length && found.length < limit; index++) {
      const key = keys[index] as string;
      if (!key.startsWith(keyPrefix)) break;
      const { sizeBytes, lastModified } = this.#objects.get(key) as KeptObject;
      found.push({ key, sizeBytes, createdAt: new Date(lastModified) });
    }
    return found;
  }

  #allows(key: string, condition: WriteCondition | undefined): boolean {
    if (!condition) return true;
    const current = this.#objects.get(key);
    if (condition.kind === 'create') return current === undefined;
    return current !== undefined && isSameVersion(current.version, condition.version);
  }

  // The wall clock may be set back; a time of last change must not follow it.
  #now(): Date {
    this.#lastWriteMs = Math.max(this.#lastWriteMs, Date.now());
    return new Date(this.#lastWriteMs);
  }
}

/** The index of the first key that is not before the prefix and comes after `after`. */
function firstFrom(keys: readonly string[], keyPrefix: string, after: string): number {
  const isBefore = (key: string): boolean =>
    compareUtf8(key, keyPrefix) < 0 || (after !== '' && compareUtf8(key, after) <= 0);
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(keys[middle] as string)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lowerCased(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}
