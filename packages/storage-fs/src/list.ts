import type { ListedObject } from '@icechunk/storage-core';
import { explained } from './errors.ts';
import { folderEntries, maxLookAhead, statOf } from './folder-entries.ts';
import { type Place, refuseLinks } from './links.ts';
import { childOf, fileOf, isHiddenName, segmentOf } from './path.ts';

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
  for (const entry of await folderEntries(place, folder)) {
    if (isHiddenName(entry.name)) continue;
    if (entry.isDirectory()) names.push(`${segmentOf(entry.name, place.platform)}/`);
    else if (entry.isFile()) names.push(segmentOf(entry.name, place.platform));
  }
  // Names of keys are ASCII, where the order of UTF-16 is that of bytes; core leaves out the others.
  return names.sort();
}

async function look(place: Place, { folder, keyPrefix }: Level, names: readonly string[]): Promise<ListedObject[]> {
  const stats = await Promise.all(names.map((name) => statOf(place, childOf(folder, name, place.platform))));
  return names.flatMap((name, i) => {
    const stat = stats[i];
    return stat?.isFile() ? [{ key: keyPrefix + name, sizeBytes: stat.size, createdAt: stat.mtime }] : [];
  });
}
