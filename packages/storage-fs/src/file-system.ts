/** What the write protocol needs to know of a file. Never through a symbolic link. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  /** When the status last changed, by the file system's clock. No program can set it. */
  readonly ctimeNs: bigint;
  readonly size: bigint;
}

/**
 * The file operations that the write protocol is built of, each of them atomic for every other process.
 *
 * Outcomes that the protocol decides by are values; any other failure rejects with the system's error and its `code`.
 */
export interface FileSystem {
  /** The file's status as it is now, on a network file system too; undefined where there is none. */
  stat(path: string): Promise<FileStat | undefined>;
  /** A second name for a file. False where `to` exists. */
  link(from: string, to: string): Promise<boolean>;
  /** Creates `path` together with the short text that {@link FileSystem.readPointer} gives back. False where it exists. */
  point(text: string, path: string): Promise<boolean>;
  /** The text of a pointer; undefined where there is none. */
  readPointer(path: string): Promise<string | undefined>;
  /** Moves a file over another one or to a new name. False where `from` does not exist. */
  rename(from: string, to: string): Promise<boolean>;
  /** False where there is no such file. */
  unlink(path: string): Promise<boolean>;
  /** The same for a name that holds next to no bytes: a claim. */
  unlinkClaim(path: string): Promise<boolean>;
  /** Sets the modification time to this process's clock, up to 2 ms ahead. */
  touch(path: string): Promise<void>;
  /** The names in a folder that end in `#` and digits; none where there is no such folder. */
  sideNames(folder: string): Promise<readonly string[]>;
  /** Makes a folder with all that leads to it. Gives the first folder that was missing. */
  makeFolder(folder: string): Promise<string | undefined>;
  /** Removes an empty folder. False where it holds something, is not there or is in use. */
  removeFolder(folder: string): Promise<boolean>;
  /** Returns when the disk holds the file's bytes, or the folder's names. Gives what a later one of this name will not have. */
  sync(path: string): Promise<string>;
}
