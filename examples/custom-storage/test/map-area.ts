import type { WebArea } from '../src/web-storage.ts';

/** A `localStorage` without its quota: the suite writes more than a page may. */
export class MapArea implements WebArea {
  readonly #items = new Map<string, string>();
  #keys: readonly string[] | undefined;

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    this.#keys ??= [...this.#items.keys()];
    return this.#keys[index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (!this.#items.has(key)) this.#keys = undefined;
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    if (this.#items.delete(key)) this.#keys = undefined;
  }
}
