import { type Storage, StorageError } from '@icechunk/storage-core';

/** Opens nothing, and says why. */
export function openStorage(message: string): Storage {
  throw new StorageError({ kind: 'permission_denied', message, providerCode: 'KeyIsMadeUp' });
}
