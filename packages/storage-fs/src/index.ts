import { createStorage, localDefaults, type Storage } from '@icechunk/storage-core';
import { createMutations } from './atomic-write.ts';
import { LocalFilesystemClient } from './client.ts';
import { realDisk } from './disk.ts';
import { checkLocalFilesystemOptions, type LocalFilesystemOptions, resolveRoot } from './options.ts';

export type { LocalFilesystemOptions } from './options.ts';

/**
 * A storage in a folder of this machine, or of a file system that is mounted on it.
 *
 * Its repositories are those of Icechunk's `local_filesystem_storage`: the same files under the same names. Conditional
 * writes are a true compare-and-swap between processes, also where one is killed or stopped on the way, as long as all of
 * them write through this package; see the README for other clients beside it.
 *
 * The folder is made by the first write. Every file stays below it: symbolic links inside are not followed. There are no
 * credentials: what may be done is what the process's user may do.
 *
 * @param path The folder: a path, absolute or relative to the working folder of this moment, or a `file:` URL.
 * @returns A storage that has done no I/O yet.
 * @throws {@link StorageError} `invalid_options`, naming the field, before any I/O.
 * @see https://icechunk.io, page "Storage", section "Filesystem Storage" (seen 2026-11)
 */
export function localFilesystemStorage(path: string | URL, options: LocalFilesystemOptions = {}): Storage {
  checkLocalFilesystemOptions(options);
  const root = resolveRoot(path);
  const { durable = false, readOnly, settings, onEvent } = options;
  const place = { disk: realDisk, root, platform: process.platform };
  const client = new LocalFilesystemClient(place, createMutations({ root, durable }));
  return createStorage(client, { defaults: localDefaults, settings, onEvent, readOnly });
}
