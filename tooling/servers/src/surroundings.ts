/** Where programs are looked for. */
export interface Surroundings {
  /** `PATH`, `XDG_CACHE_HOME` and `HOME` are read, and all of it is handed to `go`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Looked into for `go` after PATH: where Go's own installer puts it, which is not always on PATH. */
  readonly goFolders: readonly string[];
  /** Told, a line at a time, that something is installed, and how long it took. */
  readonly tell: (line: string) => void;
}

/** This process's environment; lines go to stderr. */
export function ownSurroundings(): Surroundings {
  return {
    env: process.env,
    goFolders: ['/usr/local/go/bin'],
    tell: (line) => void process.stderr.write(`${line}\n`),
  };
}
