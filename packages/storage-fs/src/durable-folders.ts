import { dirname, sep } from 'node:path';
import { errorCode } from './errors.ts';
import type { FileSystem } from './file-system.ts';

/** Writes folders through to the disk, so that a published name outlives a loss of power. */
export class DurableFolders {
  readonly #files: FileSystem;
  readonly #root: string;
  /** What tells each folder whose name is on the disk from one that was made later in its place, by whatever process. */
  readonly #known = new Map<string, string>();
  /** The highest folder whose own name is to be on the disk: the root, or one above it that was made for it. */
  #top: string;

  constructor(files: FileSystem, root: string) {
    this.#files = files;
    this.#root = root;
    this.#top = root;
  }

  /** To be called where a folder is missing: neither its name nor those of the folders that lead to it are on the disk. */
  forget(folder: string): void {
    for (let each = folder; each.length >= this.#root.length && each !== dirname(each); each = dirname(each)) {
      this.#known.delete(each);
    }
  }

  /** To be called with the first folder, seen from above, of those that had to be made. */
  made(first: string): void {
    if (this.#top.startsWith(first + sep)) this.#top = first;
  }

  /** Returns when the disk holds the folder's names and, the first time, those that lead to it. */
  async sync(folder: string): Promise<void> {
    const identity = await this.#files.sync(folder);
    if (this.#known.get(folder) === identity) return;
    for (let each = folder; each.length >= this.#top.length && each !== dirname(each); each = dirname(each)) {
      await this.#syncHolderOf(each);
    }
    this.#known.set(folder, identity);
  }

  /** The same after a removal, which may have left no folder. */
  async syncIfThere(folder: string): Promise<void> {
    try {
      await this.#files.sync(folder);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  }

  async #syncHolderOf(folder: string): Promise<void> {
    try {
      await this.#files.sync(dirname(folder));
    } catch (error) {
      // What holds the root may be somebody else's, and need not be readable to be gone through.
      if (folder.length > this.#root.length || errorCode(error) !== 'EACCES') throw error;
    }
  }
}
