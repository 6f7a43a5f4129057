import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder with all that leads to it.
 *
 * Not by `mkdir` with `recursive`: Node goes round for ever where a file system says ENOENT although the folder above is
 * there, as `/proc` does (Node 20 and 24, seen 2026-11).
 *
 * @returns The first folder that was missing; undefined where none was.
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  if (await made(folder)) return folder;
  if (await isFolder(folder)) return undefined;
  const above = dirname(folder);
  const first = above === folder ? undefined : await makeFolder(above);
  // What fails now fails in its own words.
  return (await made(folder, 'ENOENT')) ? (first ?? folder) : first;
}

async function made(folder: string, fatal?: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' ? await isFolder(folder) : code === 'ENOENT' && code !== fatal) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
