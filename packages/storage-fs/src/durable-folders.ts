import { dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';

/** Writes folders through to the disk, so that a published name outlives a loss of power. */
export class DurableFolders {
  readonly #files: FileSystem;
  readonly #root: string;
  readonly #known = new Set<string>();

  constructor(files: FileSystem, root: string) {
    this.#files = files;
    this.#root = root;
  }

  /** To be called where a folder was missing: its name in the folder above is not on the disk. */
  forget(folder: string): void {
    this.#known.delete(folder);
  }

  /** Returns when the disk holds the folder's names and, the first time, those that lead to it. */
  async sync(folder: string): Promise<void> {
    await this.#files.sync(folder);
    if (this.#known.has(folder)) return;
    for (let each = folder; each.length >= this.#root.length && each !== dirname(each); each = dirname(each)) {
      await this.#files.sync(dirname(each));
    }
    this.#known.add(folder);
  }

  /** The same after a removal, which may have left no folder. */
  async syncIfThere(folder: string): Promise<void> {
    try {
      await this.#files.sync(folder);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    }
  }
}
