import type { VersionInfo } from '@icechunk/storage-core';

/** Which version an operation is about, before anything has run: of the key, of another one, or of none. */
export type VersionPick =
  /** The last one that a write of the key gave. */
  | { readonly pick: 'current' }
  /** An earlier one of the key. */
  | { readonly pick: 'stale'; readonly at: number }
  /** One of another key. */
  | { readonly pick: 'foreign'; readonly at: number }
  /** One that nothing gave. */
  | { readonly pick: 'unknown' };

/** A version, and what a script calls it. */
export class NamedVersion {
  readonly name: string;
  readonly version: VersionInfo;

  constructor(name: string, version: VersionInfo) {
    this.name = name;
    this.version = version;
  }
}

/** What tells versions apart. */
export function idOf(version: VersionInfo): string {
  return JSON.stringify([version.etag, version.generation]);
}

const unknown = new NamedVersion(`{ etag: '"of-no-object"' }`, { etag: '"of-no-object"' });

/** Every version that a write gave, in order. */
export class VersionLog {
  readonly #entries: { readonly key: string; readonly named: NamedVersion }[] = [];

  /** Names a version that a write of the key has given. */
  add(key: string, version: VersionInfo): NamedVersion {
    const named = new NamedVersion(this.nextName, version);
    this.#entries.push({ key, named });
    return named;
  }

  /** What the next version will be called. */
  get nextName(): string {
    return `v${this.#entries.length + 1}`;
  }

  /** The version that is meant; undefined where none fits. */
  find(pick: VersionPick, key: string): NamedVersion | undefined {
    if (pick.pick === 'unknown') return unknown;
    if (pick.pick === 'current') return this.#of(key).at(-1);
    const among = pick.pick === 'stale' ? this.#of(key).slice(0, -1) : this.#notOf(key);
    return among[pick.at % among.length];
  }

  /** The earlier version of the key that is the same, if there is one. */
  repeated(key: string, version: VersionInfo): NamedVersion | undefined {
    return this.#of(key).find((named) => idOf(named.version) === idOf(version));
  }

  /** What a version is called; undefined where no write gave it, and for what is no version. */
  nameOf(value: object): string | undefined {
    if (!('etag' in value) && !('generation' in value)) return undefined;
    const version = value as VersionInfo;
    return this.#entries.find(({ named }) => idOf(named.version) === idOf(version))?.named.name;
  }

  #of(key: string): NamedVersion[] {
    return this.#entries.filter((entry) => entry.key === key).map(({ named }) => named);
  }

  #notOf(key: string): NamedVersion[] {
    return this.#entries.filter((entry) => entry.key !== key).map(({ named }) => named);
  }
}
