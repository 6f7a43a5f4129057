/** What the array of a commit holds: the character codes of its name. */
export function cellsOf(name: string): Int32Array<ArrayBuffer> {
  return Int32Array.from(name, (character) => character.charCodeAt(0));
}

/** A commit as it is read back. */
export interface CommitRead {
  readonly id: string;
  readonly message: string;
  /** The cells of its array, or why they cannot be read. */
  readonly cells: readonly number[] | string;
}
