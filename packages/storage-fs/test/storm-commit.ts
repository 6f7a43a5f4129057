/** A commit that the engine has acknowledged. */
export interface Acknowledged {
  readonly name: string;
  readonly snapshotId: string;
  readonly rebases: number;
}

/** What the array of a commit holds: the character codes of its name. */
export function cellsOf(name: string): Int32Array {
  return Int32Array.from(name, (character) => character.charCodeAt(0));
}
