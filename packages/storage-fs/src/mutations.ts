import type { PutAnswer, WriteCondition } from '@icechunk/storage-core';

/** Fills a new file, which nobody else sees yet. */
type WriteFile = (tempFile: string, signal: AbortSignal) => Promise<void>;

/** The changes that a storage makes to its files: each is one atomic step, and compare-and-swap where it has a condition. */
export interface Mutations {
  /** Writes a file beside the object and puts it in the object's place. Makes the folders that are missing. */
  put(file: string, write: WriteFile, condition: WriteCondition | undefined, signal: AbortSignal): Promise<PutAnswer>;
  /** Removes an object; one that is absent is no error. */
  remove(file: string, signal: AbortSignal): Promise<void>;
}
