import type { Dirent, Stats } from 'node:fs';
import { type ListedObject, mapConcurrently } from '@icechunk/storage-core';
import { errorCode, explained, isAbsence } from './errors.ts';
import { type Place, refuseLinks } from './links.ts';
import { refuseFileAsRoot } from './obstacles.ts';
import { childOf, fileOf, isHiddenName, segmentOf } from './path.ts';

/** Files that are looked at together, once a listing has shown that it goes on. */
export const maxLookAhead = 64;

/**
 * Every object whose key begins with `keyPrefix`, in the byte order of keys, depth first.
 *
 * Holds the names in the folders that are open at the moment, and what is known of {@link maxLookAhead} files at most;
 * the first answer costs one look. Left out: links, whatever is neither file nor folder, hidden names, and what vanishes
 * meanwhile. A folder that is missing holds nothing, the root included.
 *
 * @param keyPrefix Ends in `/`, or is empty for the root.
 * @throws {@link StorageError} `invalid_path` below a link; `permission_denied` where any folder cannot be read.
 */
export async function* listObjects(
  place: Place,
  keyPrefix: string,
  signal: AbortSignal,
): AsyncGenerator<ListedObject, void, undefined> {
  const path = keyPrefix.slice(0, -1);
  if (path !== '') await explained('read', () => refuseLinks(place, path, 'file'));
  const folder = path === '' ? place.root : fileOf(place.root, path, place.platform);
  yield* walk({ place, signal, lookAhead: 1 }, { folder, keyPrefix });
}

interface Level {
  readonly folder: string;
  readonly keyPrefix: string;
}

interface Walk {
  readonly place: Place;
  readonly signal: AbortSignal;
  lookAhead: number;
}

type Entry = Pick<Dirent, 'name' | 'isDirectory' | 'isFile'>;

async function* walk(state: Walk, { folder, keyPrefix }: Level): AsyncGenerator<ListedObject, void, undefined> {
  const { place, signal } = state;
  const names = await explained('read', () => namesIn(place, folder));
  let next = 0;
  for (let name = names[next]; name !== undefined; name = names[next]) {
    signal.throwIfAborted();
    if (name.endsWith('/')) {
      next += 1;
      yield* walk(state, { folder: childOf(folder, name.slice(0, -1), place.platform), keyPrefix: keyPrefix + name });
    } else {
      const files = filesFrom(names, next, state.lookAhead);
      next += files.length;
      state.lookAhead = Math.min(2 * state.lookAhead, maxLookAhead);
      yield* await explained('read', () => look(place, { folder, keyPrefix }, files));
    }
  }
}

function filesFrom(names: readonly string[], start: number, count: number): readonly string[] {
  const window = names.slice(start, start + count);
  const folder = window.findIndex((name) => name.endsWith('/'));
  return folder === -1 ? window : window.slice(0, folder);
}

/** Segments in a folder in byte order, each folder's with the `/` that follows it in keys: so `t-` comes before `t/`. */
async function namesIn(place: Place, folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(place, folder)) {
    if (isHiddenName(entry.name)) continue;
    if (entry.isDirectory()) names.push(`${segmentOf(entry.name, place.platform)}/`);
    else if (entry.isFile()) names.push(segmentOf(entry.name, place.platform));
  }
  // Names of keys are ASCII, where the order of UTF-16 is that of bytes; core leaves out the others.
  return names.sort();
}

async function entriesOf(place: Place, folder: string): Promise<readonly Entry[]> {
  try {
    return await place.disk.readdir(folder, { withFileTypes: true });
  } catch (err) {
    if (errorCode(err) === 'ENOTDIR') await refuseFileAsRoot(place);
    if (!isAbsence(err)) throw err;
  }
  // Where folders do not hold types (NFS, FUSE, XFS without `ftype`), Node asks for the status of each name, and what it
  // said may be the absence of a temp file that vanished in between.
  return await entriesByName(place, folder);
}

async function entriesByName(place: Place, folder: string): Promise<readonly Entry[]> {
  const names = await place.disk.readdir(folder).catch((err: unknown) => {
    if (isAbsence(err)) return [];
    throw err;
  });
  const shown = names.filter((name) => !isHiddenName(name));
  const entries = await mapConcurrently(shown, maxLookAhead, async (name) => {
    const stat = await statOf(place, childOf(folder, segmentOf(name, place.platform), place.platform));
    return stat && { name, isDirectory: () => stat.isDirectory(), isFile: () => stat.isFile() };
  });
  return entries.filter((entry) => entry !== undefined);
}

async function look(place: Place, { folder, keyPrefix }: Level, names: readonly string[]): Promise<ListedObject[]> {
  const stats = await Promise.all(names.map((name) => statOf(place, childOf(folder, name, place.platform))));
  return names.flatMap((name, i) => {
    const stat = stats[i];
    return stat?.isFile() ? [{ key: keyPrefix + name, sizeBytes: stat.size, createdAt: stat.mtime }] : [];
  });
}

async function statOf({ disk }: Place, file: string): Promise<Stats | undefined> {
  try {
    return await disk.lstat(file);
  } catch (err) {
    if (isAbsence(err)) return undefined;
    throw err;
  }
}
