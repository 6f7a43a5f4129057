import type { OperationOptions, Storage } from '@icechunk/storage-core';
import { changed } from './plant.ts';

/** A storage whose operations get their options changed before they begin. */
export function withOptions(storage: Storage, change: <T extends OperationOptions>(options: T) => T): Storage {
  return changed<Storage>(storage, {
    canWrite: (options = {}) => storage.canWrite(change(options)),
    rootIsClean: (options = {}) => storage.rootIsClean(change(options)),
    getObject: (path, options = {}) => storage.getObject(path, change(options)),
    getObjectConditional: (path, version, options = {}) => storage.getObjectConditional(path, version, change(options)),
    putObject: (path, data, options = {}) => storage.putObject(path, data, change(options)),
    copyObject: (from, to, options = {}) => storage.copyObject(from, to, change(options)),
    listObjects: (prefix, options = {}) => storage.listObjects(prefix, change(options)),
    deleteObjects: (prefix, items, options = {}) => storage.deleteObjects(prefix, items, change(options)),
    getObjectLastModified: (path, options = {}) => storage.getObjectLastModified(path, change(options)),
  });
}

/** Options without their signal. */
export function withoutSignal<T extends OperationOptions>(options: T): T {
  const { signal: _, ...rest } = options;
  return rest as T;
}
