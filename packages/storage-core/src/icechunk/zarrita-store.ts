import { checkEngineStore } from './check-bridge.ts';
import type { EngineBytes } from './engine-types.ts';

/** What is used of an engine session's `store`. */
export interface EngineStore {
  /** The value of a key; null where there is none. */
  get(key: string): Promise<Uint8Array | null>;
  /** A part of the value of a key; null where there is none. */
  getRange(key: string, range: StoreRange): Promise<Uint8Array | null>;
  /** Writes a value whole. */
  set(key: string, value: EngineBytes): Promise<void>;
}

/** Bytes of a chunk: from an offset on, or at its end. */
export interface StoreRange {
  offset?: number;
  length?: number;
  suffixLength?: number;
}

/** A store as zarrita reads and writes it. */
export interface ZarritaStore {
  /** The value of a key; undefined where there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** A part of the value of a key; undefined where there is none. */
  getRange(key: string, range: StoreRange): Promise<Uint8Array | undefined>;
  /** Writes a value whole. */
  set(key: string, value: Uint8Array): Promise<void>;
}

/**
 * A session's `store` as one that zarrita may also write parts of chunks to.
 *
 * The WASM engine remembers the bytes that it hands out: where zarrita reads a chunk, changes a part of it and writes the
 * same array back, the engine stores the bytes as they were, and says nothing (version 2.2.2, seen 2026-11). Whole chunks
 * are not affected, nor is the native engine.
 *
 * @throws `StorageError` of kind `invalid_options` for anything but a store.
 */
export function toZarritaStore(store: EngineStore): ZarritaStore {
  checkEngineStore(store);
  return {
    get: async (key) => (await store.get(key)) ?? undefined,
    getRange: async (key, range) => (await store.getRange(key, range)) ?? undefined,
    // A copy is unknown to the engine, so that it is read.
    set: (key, value) => store.set(key, new Uint8Array(value) as EngineBytes),
  };
}
