import { isStorageError, type StorageError } from '@icechunk/storage-core';

/** The error that `work` throws or rejects with, which has to be a StorageError. */
export async function refusal(work: () => unknown): Promise<StorageError> {
  try {
    await work();
  } catch (err) {
    if (isStorageError(err)) return err;
    throw err;
  }
  throw new Error('nothing was thrown');
}

/** As {@link refusal}, in short: `kind: detail`. */
export async function refusalText(work: () => unknown): Promise<string> {
  const { kind, detail } = await refusal(work);
  return `${kind}: ${detail}`;
}
