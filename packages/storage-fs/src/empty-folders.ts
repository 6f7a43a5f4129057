import { dirname } from 'node:path';
import type { FileSystem } from './file-system.ts';

/**
 * Removes the folders that deletes have emptied.
 *
 * By asking for each folder's removal, which the system refuses while anything is in it: a file that somebody writes at
 * that moment keeps its folder, and somebody who comes a moment later finds it missing and makes it anew.
 */
export class EmptyFolders {
  readonly #files: FileSystem;
  readonly #root: string;
  readonly #busy = new Map<string, number>();

  constructor(files: FileSystem, root: string) {
    this.#files = files;
    this.#root = root;
  }

  /** Removes something in a folder, and then, after the last of the removals that run there, the folder if it is empty. */
  async after<T>(folder: string, removal: () => Promise<T>): Promise<T> {
    this.#busy.set(folder, (this.#busy.get(folder) ?? 0) + 1);
    try {
      return await removal();
    } finally {
      const left = (this.#busy.get(folder) ?? 1) - 1;
      if (left > 0) this.#busy.set(folder, left);
      else {
        this.#busy.delete(folder);
        await this.prune(folder);
      }
    }
  }

  /** Removes a folder and those above it, up to the first that holds something and never the root. */
  async prune(folder: string): Promise<void> {
    for (let each = folder; this.#isBelowRoot(each); each = dirname(each)) {
      if (!(await this.#files.removeFolder(each).catch(() => false))) return;
    }
  }

  #isBelowRoot(folder: string): boolean {
    return folder.length > this.#root.length && folder.startsWith(this.#root);
  }
}
