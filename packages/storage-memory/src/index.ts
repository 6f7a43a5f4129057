import {
  createStorage,
  type EventListener,
  localDefaults,
  type Storage,
  type StorageSettings,
} from '@icechunk/storage-core';
import { InMemoryClient } from './client.ts';
import { InMemoryObjects } from './objects.ts';

export { InMemoryClient } from './client.ts';
export { InMemoryObjects, type KeptObject } from './objects.ts';

/** Options of {@link inMemoryStorage}. */
export interface InMemoryStorageOptions {
  /** Objects to share with another storage of this process; default: its own, empty. */
  readonly objects?: InMemoryObjects;
  /** Laid over the defaults for storages without a network: one try, no splitting, no parts. */
  readonly settings?: StorageSettings;
  readonly onEvent?: EventListener;
  /** `true` makes every write reject with `read_only`. */
  readonly readOnly?: boolean;
}

/**
 * A storage in this process's memory, gone with it: for tests, demonstrations and what need not be kept.
 *
 * It keeps the whole contract: versions that never repeat, metadata, conditions, ordered listings, uploads in parts.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function inMemoryStorage(options: InMemoryStorageOptions = {}): Storage {
  const { objects = new InMemoryObjects(), ...rest } = options;
  return createStorage(new InMemoryClient(objects), { defaults: localDefaults, ...rest });
}
