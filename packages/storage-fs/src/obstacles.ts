import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { isStorageError, StorageError } from '@icechunk/storage-core';
import { errorCode, type FileUse, isAbsence } from './errors.ts';
import { linkRefused, type Place } from './links.ts';
import { fileOf } from './path.ts';

/**
 * Looks for what stands in the way, after a failure whose code alone would tell something else.
 *
 * @throws What it finds; nothing where the failure speaks for itself.
 */
export async function findObstacle(place: Place, key: string, use: FileUse, failure: unknown): Promise<void> {
  const code = isStorageError(failure) ? failure.providerCode : errorCode(failure);
  if (code === 'ENOTDIR' || code === 'EEXIST') await refuseFileAsRoot(place);
  if (use === 'read' || isStorageError(failure)) return;
  if (code === 'EISDIR') await refuseOther(place, key);
  if (code === 'ENOENT') await refuseUnwritable(place, key);
}

/**
 * Passes a key whose file is a file, or is not there: for a write that failed by what lies in its place.
 *
 * @throws {@link StorageError} `invalid_path`, saying what it is.
 */
export async function refuseOther({ disk, root, platform }: Place, key: string): Promise<void> {
  const stat = await disk.lstat(fileOf(root, key, platform)).catch(() => undefined);
  if (stat?.isSymbolicLink()) throw linkRefused();
  if (stat?.isDirectory()) throw invalidPath('objects lie under this path already, and a folder cannot be a file');
  if (stat && !stat.isFile())
    throw invalidPath('something that is neither file nor folder lies in the place of the object');
}

// Node says ENOENT of a folder that it cannot make on a file system that is mounted read-only; this throws EROFS.
async function refuseUnwritable({ disk, root, platform }: Place, key: string): Promise<void> {
  for (let folder = dirname(fileOf(root, key, platform)); ; folder = dirname(folder)) {
    const isThere = await disk.access(folder, constants.W_OK).then(
      () => true,
      (err: unknown) => {
        if (isAbsence(err)) return false;
        throw err;
      },
    );
    if (isThere || folder === dirname(folder)) return;
  }
}

/**
 * Passes a root that is a folder, or is not there yet: for the failures that a root of another sort brings about.
 *
 * @throws {@link StorageError} `invalid_options`, naming `path`.
 */
export async function refuseFileAsRoot({ disk, root }: Place): Promise<void> {
  const stat = await disk.stat(root).catch(() => undefined);
  if (stat === undefined || stat.isDirectory()) return;
  throw new StorageError({ kind: 'invalid_options', message: 'path is a file, and takes a folder' });
}

function invalidPath(message: string): StorageError {
  return new StorageError({ kind: 'invalid_path', message });
}
