import { dirname, join } from 'node:path';
import type { FileStat } from '../src/file-system.ts';
import { ownerLength } from '../src/side-name.ts';
import type { Call, Port, Temp } from '../src/steps.ts';
import { type FileVersion, fileVersionOf } from '../src/version.ts';

/** The port as the simulation answers it: at once. Only faults call `writePart`: a temp file that is not yet complete. */
type Immediate = { [M in keyof Port]: (...args: Parameters<Port[M]>) => Awaited<ReturnType<Port[M]>> } & {
  writePart(): Temp;
};

interface Inode {
  readonly mtimeUs: bigint;
  readonly writer: number;
  readonly isComplete: boolean;
}

/** What lies at a path: a file by its inode number, or a pointer by its text. */
type Entry = number | string;

/** The object that all simulated writers write. */
export const objectFile = '/o';

/**
 * A file system made to break the protocol: its clock stands still unless it is told to tick, all objects are of one size,
 * and an inode number that is freed goes to the very next new file.
 */
export class SimulatedFileSystem {
  readonly #entries: Map<string, Entry>;
  readonly #inodes: Map<number, Inode>;
  readonly #namesUsed: Map<number, number>;
  clockUs: bigint;

  constructor(from?: SimulatedFileSystem) {
    this.#entries = new Map(from ? from.#entries : []);
    this.#inodes = new Map(from ? from.#inodes : []);
    this.#namesUsed = new Map(from ? from.#namesUsed : []);
    this.clockUs = from?.clockUs ?? 1_000_000n;
  }

  /** Equal for two file systems on which everything has the same effect. */
  key(shorten: (text: string) => number): string {
    const entries = [...this.#entries].map(([path, entry]) => `${shorten(path)}=${this.#entryKey(entry, shorten)}`);
    return `${entries.sort().join()};${[...this.#namesUsed].sort().join()};${this.clockUs}`;
  }

  /** Who wrote the object that a reader sees now, and its version. */
  object(): (Inode & { readonly version: FileVersion }) | undefined {
    const entry = this.#entries.get(objectFile);
    const inode = typeof entry === 'number' ? this.#inodes.get(entry) : undefined;
    return inode && typeof entry === 'number' ? { ...inode, version: fileVersionOf(statOf(entry, inode)) } : undefined;
  }

  /** The paths there are. */
  paths(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** Makes a call as `writer`. */
  perform({ method, args }: Call, writer: number, isDead: (owner: string) => boolean): unknown {
    const port = this.#port(writer, isDead);
    return (port[method] as (...args: readonly unknown[]) => unknown)(...args);
  }

  /** A file that is being written: what a writer leaves that is killed in the midst of it. */
  writePart(writer: number): void {
    this.#writeTemp(writer, false);
  }

  /** The clock goes on, and inodes that were held for their time are free. */
  tick(): void {
    this.clockUs += 1n;
    for (const path of this.paths()) if (path.startsWith('/#held')) this.#unlink(path);
  }

  #port(writer: number, isDead: (owner: string) => boolean): Immediate {
    return {
      stat: (path) => this.#stat(path),
      link: (from, to) => this.#add(to, this.#inodeAt(from)),
      point: (text, path) => this.#add(path, text),
      readPointer: (path) => this.#pointerAt(path),
      rename: (from, to) => this.#rename(from, to),
      unlink: (path) => this.#unlink(path),
      discard: (path) => void this.#unlink(path),
      sideNames: (folder) =>
        this.paths()
          .filter((path) => /#\d+$/.test(path) && dirname(path) === folder)
          .map((path) => path.slice(1)),
      writeTemp: () => this.#writeTemp(writer, true),
      writePart: () => this.#writeTemp(writer, false),
      removalTarget: () => `#5${ownerOf(writer)}${'9'.repeat(19)}`,
      hold: (file) => this.#hold(file, writer),
      clock: () => this.clockUs,
      isDead,
    };
  }

  #writeTemp(writer: number, isComplete: boolean): Temp {
    const path = this.#newTemp(writer);
    const ino = this.#create(path, writer, isComplete);
    return { path, version: fileVersionOf(statOf(ino, { mtimeUs: this.clockUs })), clockUs: this.clockUs };
  }

  #create(path: string, writer: number, isComplete: boolean): number {
    let ino = 1;
    while (this.#inodes.has(ino)) ino++;
    this.#inodes.set(ino, { mtimeUs: this.clockUs, writer, isComplete });
    this.#entries.set(path, ino);
    return ino;
  }

  #newTemp(writer: number): string {
    const used = (this.#namesUsed.get(writer) ?? 0) + 1;
    this.#namesUsed.set(writer, used);
    return join('/', `#3${ownerOf(writer)}${String(used).padStart(19, '0')}`);
  }

  #hold(file: string, writer: number): void {
    const entry = this.#entries.get(file);
    // Not a name of the protocol's own: the tick is to find it.
    if (entry !== undefined) this.#entries.set(`/#held${writer}-${String(entry)}`, entry);
  }

  #stat(path: string): FileStat | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    if (typeof entry === 'string') return { ...statOf(0, { mtimeUs: this.clockUs }), kind: 'other' };
    return statOf(entry, this.#inodes.get(entry) ?? { mtimeUs: 0n });
  }

  #inodeAt(path: string): number {
    const entry = this.#entries.get(path);
    if (typeof entry === 'number') return entry;
    throw Object.assign(new Error(`no file at ${path}`), { code: 'ENOENT' });
  }

  #pointerAt(path: string): string | undefined {
    const entry = this.#entries.get(path);
    return typeof entry === 'string' ? entry : undefined;
  }

  #add(path: string, entry: Entry): boolean {
    if (this.#entries.has(path)) return false;
    this.#entries.set(path, entry);
    return true;
  }

  #rename(from: string, to: string): boolean {
    const entry = this.#entries.get(from);
    if (entry === undefined) return false;
    // POSIX: two names of one file are both left as they are.
    if (entry === this.#entries.get(to)) return true;
    this.#unlink(to);
    this.#entries.delete(from);
    this.#entries.set(to, entry);
    return true;
  }

  #unlink(path: string): boolean {
    const entry = this.#entries.get(path);
    const isThere = this.#entries.delete(path);
    if (typeof entry === 'number' && ![...this.#entries.values()].includes(entry)) this.#inodes.delete(entry);
    return isThere;
  }

  #entryKey(entry: Entry, shorten: (text: string) => number): string {
    if (typeof entry === 'string') return `p${shorten(entry)}`;
    const inode = this.#inodes.get(entry);
    return `${entry}.${inode?.mtimeUs}.${inode?.writer}.${inode?.isComplete}`;
  }
}

/** The owner in the names of a simulated writer's files. */
export function ownerOf(writer: number): string {
  return String(writer).padStart(ownerLength, '0');
}

function statOf(ino: number, { mtimeUs }: Pick<Inode, 'mtimeUs'>): FileStat {
  return { kind: 'file', ino: BigInt(ino), mtimeNs: mtimeUs * 1000n, ctimeNs: mtimeUs * 1000n, size: 8n };
}
