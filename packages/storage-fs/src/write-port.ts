import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DurableFolders } from './durable-folders.ts';
import type { FileStat, FileSystem } from './file-system.ts';
import type { HeldInodes } from './held-inodes.ts';
import { isDeadOwner } from './owner.ts';
import { removalName, tempName } from './side-name.ts';
import type { Port, Temp } from './steps.ts';
import { clockOf, fileVersionOf } from './version.ts';

/** What all operations of a storage share. */
export interface Workshop {
  readonly files: FileSystem;
  readonly owner: string;
  readonly held: HeldInodes;
  /** Undefined where writes need not outlive a loss of power. */
  readonly durable: DurableFolders | undefined;
}

/** How often a folder that is removed under a write is made anew. */
const folderTries = 20;

/**
 * The port of one operation on the real file system.
 *
 * @param write Fills a temp file; not called by operations that write nothing.
 * @param onReleased Called when an inode that the operation held is free again.
 */
export function writePort(
  workshop: Workshop,
  write: (tempFile: string) => Promise<void>,
  onReleased?: () => Promise<void>,
): Port {
  const { files, owner, held } = workshop;
  const removal = removalName(owner);
  const newTemp = (folder: string, fill: (path: string) => Promise<void>): Promise<Temp> =>
    writeTemp(workshop, join(folder, tempName(owner)), fill);
  return {
    stat: files.stat,
    link: files.link,
    point: files.point,
    readPointer: files.readPointer,
    rename: files.rename,
    unlink: files.unlink,
    sideNames: files.sideNames,
    writeTemp: (file) => newTemp(dirname(file), write),
    removalTarget: async () => removal,
    hold: (file, mtimeUs) => held.hold(file, mtimeUs, onReleased),
    discard: async (path) => void (await files.unlink(path).catch(() => false)),
    clock: async (folder) => {
      const probe = await newTemp(folder, (path) => writeFile(path, ''));
      await files.unlink(probe.path);
      return probe.clockUs;
    },
    isDead: (digits) => isDeadOwner(digits, owner),
  };
}

async function writeTemp(workshop: Workshop, path: string, fill: (path: string) => Promise<void>): Promise<Temp> {
  const { files, held, durable } = workshop;
  try {
    await fillInFolder(workshop, path, fill);
    const stat = await statOfItsTime(files, path);
    if (durable) await files.sync(path);
    const clockUs = clockOf(stat);
    void held.release(dirname(path), clockUs);
    return { path, version: fileVersionOf(stat), clockUs };
  } catch (error) {
    await files.unlink(path).catch(() => false);
    throw error;
  }
}

async function fillInFolder(
  { files, durable }: Workshop,
  path: string,
  fill: (path: string) => Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await fill(path);
    } catch (error) {
      if (!isAbsent(error) || tries === folderTries) throw error;
    }
    durable?.forget(dirname(path));
    await files.makeFolder(dirname(path)).catch((error: unknown) => {
      // The folder above was removed in between.
      if (!isAbsent(error)) throw error;
    });
  }
}

// A copy keeps its source's time on macOS and Windows, and on Linux where it has no bytes (libuv's copyfile, 1.52): with
// it, a version could come again. What bytes were written to has both times of one moment.
async function statOfItsTime(files: FileSystem, path: string): Promise<FileStat> {
  const stat = await existing(files, path);
  if (stat.mtimeNs === stat.ctimeNs) return stat;
  await files.touch(path);
  return await existing(files, path);
}

async function existing(files: FileSystem, path: string): Promise<FileStat> {
  const stat = await files.stat(path);
  if (stat !== undefined) return stat;
  throw Object.assign(new Error('a temp file was removed while it was being written'), { code: 'ENOENT' });
}

function isAbsent(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'ENOENT';
}
