import { below, idBelow, type Operation, targetOf } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { ModelTarget } from './target.ts';
import { idOf, type NamedVersion, VersionLog } from './version-log.ts';

interface ModelObject {
  readonly text: string;
  readonly version: NamedVersion;
  readonly contentType?: string;
}

/** What an operation must come to; of a write that lands, the version is the storage's to choose. */
export type Expected = Exclude<Outcome, { kind: 'updated' }> | { readonly kind: 'updated' };

const updated: Expected = { kind: 'updated' };
const refused: Expected = { kind: 'not_on_latest_version' };
const notFound: Expected = { kind: 'error', error: 'not_found' };

/** What a storage is: objects under keys. Texts are in ASCII, so that a character is a byte. */
export class ObjectModel {
  readonly versions: VersionLog = new VersionLog();
  readonly #objects = new Map<string, ModelObject>();
  readonly #texts = new Map<NamedVersion, string>();
  readonly #contentEtags: boolean;

  constructor({ contentEtags = false }: Pick<ModelTarget, 'contentEtags'> = {}) {
    this.#contentEtags = contentEtags;
  }

  /** What the operation must come to. */
  expected(operation: Operation<NamedVersion>): Expected {
    switch (operation.verb) {
      case 'put':
        return updated;
      case 'create':
        return this.#objects.has(operation.key) ? refused : updated;
      case 'update':
        return this.#has(operation.key, operation.version) ? updated : refused;
      case 'get':
        return this.#read(operation);
      case 'getConditional':
        if (operation.version && this.#has(operation.key, operation.version)) return { kind: 'on_latest_version' };
        return this.#read({ key: operation.key });
      case 'copy':
        if (!this.#objects.has(operation.from)) return notFound;
        return operation.version && !this.#has(operation.from, operation.version) ? refused : updated;
      case 'delete':
        return deleted(operation.items);
      case 'list':
        return { kind: 'listed', objects: this.#listed(operation.prefix) };
      case 'lastModified':
        return this.#objects.has(operation.key) ? { kind: 'dated' } : notFound;
    }
  }

  /** True where a write may give a version that an earlier one gave: that of the same bytes. Asked before it is applied. */
  mayRepeat(write: Operation<NamedVersion>, earlier: NamedVersion): boolean {
    return this.#contentEtags && this.#texts.get(earlier) === this.#written(write)?.text;
  }

  /** Takes over what an operation has changed. @param version What it gave, where it wrote. */
  apply(operation: Operation<NamedVersion>, version: NamedVersion | undefined): void {
    if (operation.verb === 'delete') {
      for (const { id } of operation.items) this.#objects.delete(below(operation.prefix, id));
    }
    const key = targetOf(operation);
    const written = this.#written(operation);
    if (key === undefined || !written || !version) return;
    this.#objects.set(key, { ...written, version });
    this.#texts.set(version, written.text);
  }

  #written(operation: Operation<NamedVersion>): Omit<ModelObject, 'version'> | undefined {
    if (operation.verb === 'copy') return this.#objects.get(operation.from);
    if (!('text' in operation)) return undefined;
    const { text, contentType } = operation;
    return { text, ...(contentType !== undefined && { contentType }) };
  }

  #has(key: string, { version }: NamedVersion): boolean {
    const object = this.#objects.get(key);
    return object !== undefined && idOf(object.version.version) === idOf(version);
  }

  #read({ key, range }: Pick<Extract<Operation<NamedVersion>, { verb: 'get' }>, 'key' | 'range'>): Expected {
    const object = this.#objects.get(key);
    if (!object) return notFound;
    const sizeBytes = object.text.length;
    if (range && range.start !== range.end && range.start >= sizeBytes)
      return { kind: 'error', error: 'invalid_range' };
    const { contentType, version } = object;
    const text = range ? object.text.slice(range.start, range.end) : object.text;
    return {
      kind: 'found',
      text,
      version: version.version,
      sizeBytes,
      ...(contentType !== undefined && { contentType }),
    };
  }

  #listed(prefix: string): { id: string; sizeBytes: number }[] {
    const found = [...this.#objects].flatMap(([key, { text }]) => {
      const id = idBelow(prefix, key);
      return id === undefined ? [] : [{ id, sizeBytes: text.length }];
    });
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

function deleted(items: Extract<Operation<NamedVersion>, { verb: 'delete' }>['items']): Expected {
  const sizes = new Map([...items].reverse().map(({ id, sizeBytes }) => [id, sizeBytes]));
  const total = [...sizes.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
  return { kind: 'deleted', objects: sizes.size, bytes: total, failures: [] };
}
