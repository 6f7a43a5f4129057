import { type BigIntStats, constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StorageError } from '@icechunk/storage-core';
import type { FileStat, FileSystem } from './file-system.ts';
import { makeFolder } from './make-folder.ts';
import { type Mount, mountOf } from './mount.ts';
import { directCalls, type NameCalls, pooledCalls } from './name-calls.ts';
import { pointerName } from './side-name.ts';

/** What of the system's calls fails on some file systems, and how they differ between platforms. */
export interface NodeFileSystemOptions {
  /** Default `process.platform`. */
  readonly platform?: NodeJS.Platform;
  /** `true` asks a network file system for a status anew, by opening the file. Default: wherever one may be old. */
  readonly freshStat?: boolean;
  /** Calls in place of those of `node:fs/promises`, for tests. */
  readonly calls?: Partial<
    Pick<typeof fs, 'link' | 'symlink' | 'readlink' | 'rename' | 'unlink' | 'statfs' | 'writeFile'>
  >;
}

const unsupportedCodes = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];
const inUseCodes = ['EPERM', 'EBUSY', 'EACCES'];
const renameTries = 10;

/** The real file system under `folder`, through `node:fs/promises`. */
export function nodeFileSystem(folder: string, options: NodeFileSystemOptions = {}): FileSystem {
  const platform = options.platform ?? process.platform;
  const isWindows = platform === 'win32';
  const calls = { ...fs, ...options.calls };
  let mount: Mount | undefined;
  let names: NameCalls | undefined;
  const nameCalls = async (): Promise<NameCalls> => {
    if (names) return names;
    mount = await mountOf(folder, calls, platform);
    const chosen = { ...(mount === 'local' ? directCalls : pooledCalls), ...options.calls };
    if (mount !== undefined) names = chosen;
    return chosen;
  };
  // On Windows a symbolic link takes a privilege that users do not have.
  let hasSymlinks = !isWindows;

  const link = async (from: string, to: string): Promise<boolean> => {
    try {
      return await unless('EEXIST', (await nameCalls()).link(from, to));
    } catch (cause) {
      if (!hasCode(cause, ...unsupportedCodes)) throw cause;
      throw new StorageError({ kind: 'unsupported', message: noLinks, providerCode: codeOf(cause), cause });
    }
  };

  const ifThere = (act: () => Promise<void>): Promise<boolean> => unless('ENOENT', whileInUse(isWindows, act));
  const unlink = (path: string): Promise<boolean> => ifThere(() => calls.unlink(path));

  const pointFile = async (text: string, path: string): Promise<boolean> => {
    const written = join(dirname(path), pointerName(text));
    try {
      await calls.writeFile(written, text);
      return await link(written, path);
    } finally {
      // What cannot be removed now is found by a later clean-up: the pointer stands.
      await unlink(written).catch(() => false);
    }
  };

  return {
    link,
    unlink,
    unlinkClaim: (path) => ifThere(async () => (await nameCalls()).unlink(path)),
    stat: async (path) => {
      const { lstat } = await nameCalls();
      // Where nothing is known the slower way is right: macOS numbers network file systems as it likes. Windows opens the
      // file for any status, and would refuse to replace it meanwhile.
      const isFresh = options.freshStat ?? (mount !== 'local' && !(mount === 'other' && isWindows));
      return isFresh ? await statByOpening(path, lstat) : await statByName(path, lstat);
    },
    point: async (text, path) => {
      if (!hasSymlinks) return await pointFile(text, path);
      try {
        return await unless('EEXIST', (await nameCalls()).symlink(text, path));
      } catch (error) {
        if (!hasCode(error, ...unsupportedCodes)) throw error;
      }
      hasSymlinks = false;
      return await pointFile(text, path);
    },
    readPointer: async (path) => {
      try {
        return await calls.readlink(path);
      } catch (error) {
        // Not to be read as a file: a link that is made meanwhile would give the bytes of what it leads to.
        if (hasCode(error, 'ENOENT')) return undefined;
        if (!hasCode(error, 'EINVAL', 'UNKNOWN')) throw error;
      }
      return await orUndefined(fs.readFile(path, 'utf8'), 'ENOENT');
    },
    rename: (from, to) => ifThere(() => calls.rename(from, to)),
    touch: async (path) => {
      // Dates end at milliseconds, and utimes rounds: the time must not come out before the file was made.
      const soon = new Date(Date.now() + 2);
      await fs.utimes(path, soon, soon);
    },
    sideNames: (path) => sideNames(path),
    makeFolder,
    removeFolder: async (path) => {
      const removed = orUndefined(
        fs.rmdir(path).then(() => true),
        ...keptFolderCodes,
      );
      return (await removed) ?? false;
    },
    sync: (path) => sync(path, isWindows),
  };
}

const noLinks =
  'safe writes need hard links, which this file system refuses: put the storage on another file system, or on an object store';
const keptFolderCodes = ['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY', 'EPERM', 'EACCES', 'EINVAL'];

async function statByName(path: string, lstat: NameCalls['lstat']): Promise<FileStat | undefined> {
  const stat = await orUndefined(lstat(path, { bigint: true }), 'ENOENT', 'ENOTDIR');
  return stat && toFileStat(stat);
}

// NFS promises that an open sees what was closed elsewhere before, and promises it of nothing else.
async function statByOpening(path: string, lstat: NameCalls['lstat']): Promise<FileStat | undefined> {
  const named = await statByName(path, lstat);
  if (named?.kind !== 'file') return named;
  const handle = await orUndefined(
    fs.open(path, constants.O_RDONLY | constants.O_NOFOLLOW),
    'ENOENT',
    'EACCES',
    'ELOOP',
  );
  if (handle === undefined) return await statByName(path, lstat);
  try {
    return toFileStat(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
  }
}

function toFileStat(stat: BigIntStats): FileStat {
  const { ino, mtimeNs, ctimeNs, size } = stat;
  return { kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other', ino, mtimeNs, ctimeNs, size };
}

async function sideNames(folder: string): Promise<readonly string[]> {
  const opened = await orUndefined(fs.opendir(folder, { bufferSize: 512 }), 'ENOENT', 'ENOTDIR');
  if (opened === undefined) return [];
  const names: string[] = [];
  for await (const { name } of opened) if (/#\d+$/.test(name)) names.push(name);
  return names;
}

async function sync(path: string, isWindows: boolean): Promise<string> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(path, isWindows ? 'r+' : 'r');
  } catch (error) {
    // Windows has no way to write a folder through to the disk.
    if (isWindows && hasCode(error, 'EISDIR', 'EPERM', 'EACCES')) return '';
    throw error;
  }
  try {
    await handle.sync();
    // The number alone is given to the very next folder.
    const { ino, birthtimeNs } = await handle.stat({ bigint: true });
    return `${ino} ${birthtimeNs}`;
  } finally {
    await handle.close();
  }
}

// Windows refuses to replace or remove a file that a scanner or a reader has open, for as long as that lasts.
async function whileInUse(isWindows: boolean, act: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (!isWindows || tries === renameTries || !hasCode(error, ...inUseCodes)) throw error;
    }
    await pause(tries * 10);
  }
}

async function unless(code: string, act: Promise<void>): Promise<boolean> {
  const done = act.then(() => true);
  return (await orUndefined(done, code)) ?? false;
}

async function orUndefined<T>(result: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(codeOf(error));
}

// Not `errorCode`, which knows of no code but those of POSIX: Windows has UNKNOWN as well.
function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code ?? '');
}
