import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DurableFolders } from './durable-folders.ts';
import { errorCode } from './errors.ts';
import type { FileStat, FileSystem } from './file-system.ts';
import type { HeldInodes } from './held-inodes.ts';
import { isDeadOwner } from './owner.ts';
import { parseSideName, removalName, tempName } from './side-name.ts';
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
 */
export function writePort(workshop: Workshop, write: (tempFile: string) => Promise<void>): Port {
  const { files, owner, held } = workshop;
  const removal = removalName(owner);
  return {
    stat: files.stat,
    link: files.link,
    point: files.point,
    readPointer: files.readPointer,
    rename: files.rename,
    unlink: files.unlink,
    sideNames: files.sideNames,
    writeTemp: (file) => writeTemp(workshop, join(dirname(file), tempName(owner)), write),
    removalTarget: async () => removal,
    hold: (file, mtimeUs) => held.hold(file, mtimeUs),
    discard: async (path) => {
      const isClaim = parseSideName(basename(path))?.kind === 'claim';
      await (isClaim ? files.unlinkClaim(path) : files.unlink(path)).catch(() => false);
    },
    clock: async (folder) => {
      const probe = join(folder, tempName(owner));
      try {
        await writeFile(probe, '');
        return clockOf(await existing(files, probe));
      } finally {
        await files.unlink(probe);
      }
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
    const first = await files.makeFolder(dirname(path)).catch((error: unknown) => {
      // The folder above was removed in between.
      if (!isAbsent(error)) throw error;
      return undefined;
    });
    if (first !== undefined) durable?.made(first);
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
  return errorCode(error) === 'ENOENT';
}
