import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FileSystem } from './file-system.ts';
import { tempName } from './side-name.ts';

interface HeldInode {
  readonly path: string;
  readonly mtimeUs: bigint;
  readonly timer: NodeJS.Timeout;
  readonly onReleased: (() => Promise<void>) | undefined;
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
  readonly #held = new Map<string, HeldInode>();

  constructor(files: FileSystem, owner: string) {
    this.#files = files;
    this.#owner = owner;
  }

  /**
   * Holds the inode of the file that is now at `file`, last modified at `mtimeUs`.
   *
   * Where another user's file may not be linked (Linux, `protected_hardlinks`) it waits until there is no need to.
   */
  async hold(file: string, mtimeUs: bigint, onReleased?: () => Promise<void>): Promise<void> {
    const path = join(dirname(file), tempName(this.#owner));
    const waitMs = Math.min(Math.max(Number(mtimeUs / 1000n) - Date.now(), 0), maxLeadMs) + tickMs;
    try {
      await this.#files.link(file, path);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') await pause(waitMs);
      return;
    }
    const timer = setTimeout(() => void this.#release(path), waitMs);
    timer.unref();
    this.#held.set(path, { path, mtimeUs, timer, onReleased });
  }

  /** Releases what was held in a folder until its file system's clock came to `clockUs`. Never rejects. */
  async release(folder: string, clockUs: bigint): Promise<void> {
    const due = [...this.#held.values()].filter(({ path, mtimeUs }) => mtimeUs < clockUs && dirname(path) === folder);
    await Promise.all(due.map(({ path }) => this.#release(path)));
  }

  async #release(path: string): Promise<void> {
    const held = this.#held.get(path);
    this.#held.delete(path);
    clearTimeout(held?.timer);
    // What cannot be removed now is found by a later clean-up.
    await this.#files.unlink(path).catch(() => false);
    await held?.onReleased?.().catch(() => undefined);
  }
}
