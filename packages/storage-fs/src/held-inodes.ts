import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from './errors.ts';
import type { FileSystem } from './file-system.ts';
import { tempName } from './side-name.ts';

interface HeldInode {
  /** Its second name. */
  readonly path: string;
  /** The folder of its first name. */
  readonly folder: string;
  readonly mtimeUs: bigint;
  readonly timer: NodeJS.Timeout;
}

/** The coarsest clock that a file system has: FAT's, of 2 s, and a margin. */
const tickMs = 2_100;
/** A time that lies further ahead is nobody's clock: it was set by hand, or came with the file from elsewhere. */
const maxLeadMs = 60_000;

/**
 * Keeps versions from being repeated.
 *
 * A version holds an inode number and a time, and file systems give a freed number to the next new file at once, while
 * their clocks stand still for 4 ms, 1 s or 2 s. So no inode is freed before the clock has passed its time: until then a
 * second name, a hard link, keeps it in use. A file that gets the number afterwards was written later than that.
 */
export class HeldInodes {
  readonly #files: FileSystem;
  readonly #owner: string;
  readonly #root: string;
  readonly #held = new Map<string, Set<HeldInode>>();

  /** @param root Where second names are made: it is never removed, and those in a folder would keep it from being. */
  constructor(files: FileSystem, owner: string, root: string) {
    this.#files = files;
    this.#owner = owner;
    this.#root = root;
  }

  /**
   * Holds the inode of the file that is now at `file`, last modified at `mtimeUs`.
   *
   * Where another user's file may not be linked (Linux, `protected_hardlinks`) it waits until there is no need to.
   */
  async hold(file: string, mtimeUs: bigint): Promise<void> {
    const waitMs = Math.min(Math.max(Number(mtimeUs / 1000n) - Date.now(), 0), maxLeadMs) + tickMs;
    const path = await this.#secondName(file);
    if (path === 'none') await pause(waitMs);
    if (path === 'none' || path === undefined) return;
    const folder = dirname(file);
    const held: HeldInode = { path, folder, mtimeUs, timer: setTimeout(() => void this.#release(held), waitMs) };
    held.timer.unref();
    this.#held.set(folder, (this.#held.get(folder) ?? new Set<HeldInode>()).add(held));
  }

  /** Releases what was held of a folder's files until its file system's clock came to `clockUs`. Never rejects. */
  async release(folder: string, clockUs: bigint): Promise<void> {
    const due = [...(this.#held.get(folder) ?? [])].filter(({ mtimeUs }) => mtimeUs < clockUs);
    await Promise.all(due.map((held) => this.#release(held)));
  }

  /** Undefined where there is no such file. */
  async #secondName(file: string): Promise<string | 'none' | undefined> {
    // A file system that is mounted below the root takes no name in the root.
    for (const folder of new Set([this.#root, dirname(file)])) {
      const path = join(folder, tempName(this.#owner));
      try {
        await this.#files.link(file, path);
        return path;
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
      }
    }
    return 'none';
  }

  async #release(held: HeldInode): Promise<void> {
    clearTimeout(held.timer);
    const ofFolder = this.#held.get(held.folder);
    ofFolder?.delete(held);
    if (ofFolder?.size === 0) this.#held.delete(held.folder);
    // What cannot be removed now is found by a later clean-up.
    await this.#files.unlink(held.path).catch(() => false);
  }
}
