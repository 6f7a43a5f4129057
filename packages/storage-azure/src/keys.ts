import { objectStoreKeys, StorageError, type SyncKeyMapping } from '@icechunk/storage-core';

/**
 * Keys as Icechunk's other clients write them to Azure, without those that Azure would change.
 *
 * Azure drops dots from the end of each segment of a name in silence: `a.` becomes `a`, and two names one blob. A path that
 * has such a segment is `invalid_path`; it cannot be encoded in a way that other clients read.
 *
 * @param prefix As `objectStoreKeys` takes it.
 * @throws {@link StorageError} `invalid_options` for a prefix that cannot be.
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata (seen 2026-11)
 * @see https://github.com/Azure/azure-sdk-for-java/issues/36674 (`file.` becomes `file`, seen 2026-11)
 */
export function azureKeys(prefix: string): SyncKeyMapping {
  const keys = objectStoreKeys(prefix);
  if (hasDotAtAnEnd(keys.toKeyPrefix(''))) {
    throw new StorageError({ kind: 'invalid_options', message: `prefix ${fault}` });
  }
  return {
    ...keys,
    toKey: (path) => {
      const key = keys.toKey(path);
      if (!hasDotAtAnEnd(key)) return key;
      throw new StorageError({ kind: 'invalid_path', message: `the path ${fault}` });
    },
  };
}

const fault = 'must not have a segment that ends in a dot, since Azure drops it';

function hasDotAtAnEnd(key: string): boolean {
  return /\.(\/|$)/.test(key);
}
