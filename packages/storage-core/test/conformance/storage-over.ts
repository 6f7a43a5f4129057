import {
  createStorage,
  localDefaults,
  type Storage,
  type StorageClient,
  type StorageSettings,
} from '../../src/index.ts';

/** A client as a storage, one try for each call. */
export function storageOver(client: StorageClient, settings: StorageSettings = {}): Storage {
  return createStorage(client, { defaults: localDefaults, settings });
}
