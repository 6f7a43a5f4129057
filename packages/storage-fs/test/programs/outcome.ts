import { isStorageError } from '@icechunk/storage-core';

/** What an operation came to: what it gives, or the kind and the code of its error. */
export async function outcomeOf(operation: () => Promise<string>): Promise<string> {
  try {
    return await operation();
  } catch (err) {
    if (isStorageError(err)) return [err.kind, err.providerCode, err.retry].join(' ');
    throw err;
  }
}
