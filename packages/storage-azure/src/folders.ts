import { StorageError } from '@icechunk/storage-core';

/**
 * True where a blob stands for a folder: what a hierarchical namespace answers for a directory, and what Hadoop's drivers leave
 * where there is none. No object of Icechunk's has this metadata.
 *
 * @see https://github.com/MicrosoftDocs/azure-docs/issues/57754 (directories in flat listings, seen 2026-11)
 */
export function isFolder(metadata: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(metadata ?? {}).some(
    ([name, value]) => name.toLowerCase() === 'hdi_isfolder' && value.toLowerCase() === 'true',
  );
}

/** For what is asked of an object where a folder is. */
export function folder(): StorageError {
  return new StorageError({ kind: 'not_found', message: 'there is a folder and no object' });
}
