import { createStorage, localDefaults, type Storage } from '@icechunk/storage-core';
import { InMemoryClient } from './client.ts';
import { InMemoryObjects } from './objects.ts';
import { checkOptions, type InMemoryStorageOptions } from './options.ts';

export { InMemoryClient } from './client.ts';
export { InMemoryObjects, type KeptObject } from './objects.ts';
export type { InMemoryStorageOptions } from './options.ts';

/**
 * A storage in this process's memory, gone with it: for tests, demonstrations and what need not be kept.
 *
 * It keeps the whole contract: versions that never repeat, metadata, conditions, ordered listings, uploads in parts.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function inMemoryStorage(options: InMemoryStorageOptions = {}): Storage {
  checkOptions(options);
  const { objects = new InMemoryObjects(), ...rest } = options;
  return createStorage(new InMemoryClient(objects), { defaults: localDefaults, ...rest });
}
