import { checkOptionNames, type EventListener, StorageError, type StorageSettings } from '@icechunk/storage-core';
import { InMemoryObjects } from './objects.ts';

/** Options of {@link inMemoryStorage}. */
export interface InMemoryStorageOptions {
  /** Objects to share with another storage of this process; default: its own, empty. */
  readonly objects?: InMemoryObjects;
  /** Laid over the defaults for storages without a network: one try, no splitting, no parts. */
  readonly settings?: StorageSettings;
  /** Told of retries, recovered writes, dropped conditions and skipped names. Default: nobody is. */
  readonly onEvent?: EventListener;
  /** `true` makes every write reject with `read_only`. */
  readonly readOnly?: boolean;
}

const names: readonly string[] = [
  'objects',
  'settings',
  'onEvent',
  'readOnly',
] satisfies (keyof InMemoryStorageOptions)[];

/**
 * Passes options of the right names, with objects that are such; `createStorage` looks at the others.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function checkOptions(options: InMemoryStorageOptions): void {
  checkOptionNames(options, names);
  const { objects } = options;
  if (objects === undefined || objects instanceof InMemoryObjects) return;
  throw new StorageError({ kind: 'invalid_options', message: 'objects takes an InMemoryObjects' });
}
