import type { Dirent, Stats } from 'node:fs';
import { mapConcurrently } from '@icechunk/storage-core';
import { errorCode, isAbsence } from './errors.ts';
import type { Place } from './links.ts';
import { refuseFileAsRoot } from './obstacles.ts';
import { childOf, isHiddenName, segmentOf } from './path.ts';

/** What lies in a folder under one name. */
export type Entry = Pick<Dirent, 'name' | 'isDirectory' | 'isFile'>;

/** Files that are looked at together. */
export const maxLookAhead = 64;

/** How often a folder is read that changes under each reading. */
const maxReadings = 4;

/** Clocks of file systems stand still for up to 10 ms (Linux before 6.13): twice that. */
const tickMs = 20;

/**
 * What lies in a folder, each name once; nothing where there is no such folder.
 *
 * Read again, and put together, where the folder changes meanwhile: on Btrfs an object that is being replaced gets a new
 * place in its folder, behind the last one that a reading which has begun comes to (Linux 6.18, seen 2026-11).
 *
 * @throws {@link StorageError} `invalid_options` where the root is a file; otherwise the system's error.
 */
export async function folderEntries(place: Place, folder: string): Promise<readonly Entry[]> {
  const found = new Map<string, Entry>();
  for (let readings = 0; readings < maxReadings; readings++) {
    const before = await changeOf(place, folder);
    for (const entry of await readFolder(place, folder)) found.set(entry.name, entry);
    if (before === (await changeOf(place, folder)) && (readings > 0 || !isYoung(before))) break;
  }
  return [...found.values()];
}

/** The status of a file as it is, through no link; undefined where there is none. */
export async function statOf({ disk }: Place, file: string): Promise<Stats | undefined> {
  try {
    return await disk.lstat(file);
  } catch (err) {
    if (isAbsence(err)) return undefined;
    throw err;
  }
}

// What fails here fails again in the reading itself, whose error is the one to tell.
async function changeOf({ disk }: Place, folder: string): Promise<bigint | undefined> {
  return (await disk.stat(folder, { bigint: true }).catch(() => undefined))?.mtimeNs;
}

// A second change within the tick of the first leaves no trace.
function isYoung(changeNs: bigint | undefined): boolean {
  return changeNs !== undefined && Math.abs(Date.now() - Number(changeNs) / 1e6) < tickMs;
}

async function readFolder(place: Place, folder: string): Promise<readonly Entry[]> {
  try {
    return await place.disk.readdir(folder, { withFileTypes: true });
  } catch (err) {
    if (errorCode(err) === 'ENOTDIR') await refuseFileAsRoot(place);
    if (!isAbsence(err)) throw err;
  }
  // Where folders do not hold types (NFS, FUSE, XFS without `ftype`), Node asks for the status of each name, and what it
  // said may be the absence of a temp file that vanished in between.
  return await readByName(place, folder);
}

async function readByName(place: Place, folder: string): Promise<readonly Entry[]> {
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
