import type { EventListener, Storage } from '@icechunk/storage-core';
import { localFilesystemStorage } from '../src/index.ts';

/** The storage of each process of a storm. */
export function openStorage(path: string, onEvent: EventListener): Storage {
  return localFilesystemStorage(path, { onEvent });
}
