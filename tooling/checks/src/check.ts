/** What a check found. */
export interface Findings {
  /** What is wrong, one sentence each, with the file that it is in. Empty where all is well. */
  readonly problems: readonly string[];
  /** What is worth knowing though nothing is wrong, such as sizes. */
  readonly notes?: readonly string[];
}

/** One thing that must hold for the whole repository. */
export interface Check {
  readonly name: string;
  /** @param root The repository's folder. */
  run(root: string): Promise<Findings>;
}
