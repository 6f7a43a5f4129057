import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './errors.ts';

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

// False where the folder is there, or the one above it is not.
async function made(folder: string, fatal?: string): Promise<boolean> {
  for (;;) {
    const failure = await mkdir(folder).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return true;
    const code = errorCode(failure);
    if (code === 'ENOENT' && code !== fatal) return false;
    if (code !== 'EEXIST') throw failure;
    if (await isFolder(folder)) return false;
    if (await isOther(folder)) throw failure;
    // It was there and is no more: a delete that emptied it took it away between the two calls.
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function isOther(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && !found.isDirectory();
}
