import { constants } from 'node:fs';
import {
  type CopyRequest,
  isSameVersion,
  isStorageError,
  type PutAnswer,
  StorageError,
  type VersionInfo,
} from '@icechunk/storage-core';
import { explained, isAbsence } from './errors.ts';
import type { Place } from './links.ts';
import type { Mutations } from './mutations.ts';
import { fileOf } from './path.ts';
import { headObject, openObject } from './read.ts';
import { versionOf } from './version.ts';

/** How often a copy that asked for no version begins anew after its source was replaced under it. */
const maxCopies = 8;

/**
 * Copies a file into a new one: the copy is no hard link, so that the two have different versions and neither follows the
 * other. The kernel moves the bytes, and shares them where the file system can (btrfs, XFS, APFS).
 *
 * The kernel opens the source by its name. That it copied the bytes of one version is known by the version before and
 * after: versions do not repeat, and the source is held open so that its inode is not given to another file.
 *
 * @returns `refused` where the source has another version than asked for, or was replaced under the copy.
 * @throws {@link StorageError} `not_found`; `changed_while_reading` where no version was asked for and none stayed.
 */
export async function copyObject(
  place: Place,
  mutations: Mutations,
  request: CopyRequest,
  signal: AbortSignal,
): Promise<PutAnswer> {
  for (let copies = 0; copies < maxCopies; copies++) {
    const answer = await copyOnce(place, mutations, request, signal);
    if (answer !== 'replaced') return answer;
  }
  throw new StorageError({ kind: 'changed_while_reading', message: 'the source was replaced again and again' });
}

async function copyOnce(
  place: Place,
  mutations: Mutations,
  { fromKey, toKey, ifVersion }: CopyRequest,
  signal: AbortSignal,
): Promise<PutAnswer | 'replaced'> {
  const source = await explained('read', () => openObject(place, fromKey));
  try {
    const version = versionOf(source.stat);
    if (ifVersion && !isSameVersion(ifVersion, version)) return { kind: 'refused' };
    const write = async (tempFile: string): Promise<void> => {
      const copied = place.disk.copyFile(
        fileOf(place.root, fromKey, place.platform),
        tempFile,
        constants.COPYFILE_FICLONE,
      );
      const failure = await copied.then(nothing, (err: unknown) => err);
      // A failure, also that of a source that is gone, says nothing of a source that was replaced.
      if (!(await stillHas(place, fromKey, version))) throw new SourceReplaced();
      if (failure !== undefined) throw failure;
    };
    return await mutations.put(fileOf(place.root, toKey, place.platform), write, undefined, signal);
  } catch (err) {
    if (err instanceof SourceReplaced) return 'replaced';
    throw err;
  } finally {
    await source.handle.close();
  }
}

/** Carries the news out of a put that must not go on. */
class SourceReplaced extends Error {}

const nothing = (): undefined => undefined;

async function stillHas(place: Place, key: string, version: VersionInfo): Promise<boolean> {
  try {
    return isSameVersion((await headObject(place, key)).version, version);
  } catch (err) {
    if (isAbsence(err) || isStorageError(err, 'not_found')) return false;
    throw err;
  }
}
