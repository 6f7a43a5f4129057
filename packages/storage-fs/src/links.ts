import { StorageError } from '@icechunk/storage-core';
import type { Disk } from './disk.ts';
import { isAbsence } from './errors.ts';
import { fileOf, type Platform } from './path.ts';

/** Where a storage's files are. */
export interface Place {
  readonly disk: Disk;
  /** An absolute path, which may itself be a link or go through links. */
  readonly root: string;
  readonly platform: Platform;
}

/**
 * Passes a key none of whose folders below the root is a symbolic link, so that its file is under the root.
 *
 * The folders are looked at anew each time: a folder that was remembered could have become a link since. What remains is
 * a folder that turns into a link between this look and the call that follows, which takes somebody who may write to the
 * root at that moment; a root must not be shared with users that are not trusted.
 *
 * @param through `file` looks at the file itself as well.
 * @throws {@link StorageError} `invalid_path`.
 */
export async function refuseLinks(place: Place, key: string, through: 'folders' | 'file'): Promise<void> {
  const last = through === 'file' ? key.length : key.lastIndexOf('/');
  for (let end = key.indexOf('/'); end !== -1 && end < last; end = key.indexOf('/', end + 1)) {
    if (!(await isRealFolder(place, key.slice(0, end)))) return;
  }
  if (last > 0) await isRealFolder(place, key.slice(0, last));
}

// Below what is absent or no folder there is nothing to look at: the call that follows says so in its own words.
async function isRealFolder({ disk, root, platform }: Place, key: string): Promise<boolean> {
  try {
    const stat = await disk.lstat(fileOf(root, key, platform));
    if (stat.isSymbolicLink()) throw linkRefused();
    return stat.isDirectory();
  } catch (err) {
    if (isAbsence(err)) return false;
    throw err;
  }
}

/** What is said of a link below the root. */
export function linkRefused(): StorageError {
  const message = 'a symbolic link is in the way: links below the root are not followed';
  return new StorageError({ kind: 'invalid_path', message });
}
