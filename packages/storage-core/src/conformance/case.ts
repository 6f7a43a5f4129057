import type { CaseContext } from './context.ts';
import type { Requirement } from './harness.ts';

/** What part of the contract a case is about. */
export type CaseGroup =
  | 'key'
  | 'get'
  | 'condget'
  | 'put'
  | 'cas'
  | 'lost'
  | 'list'
  | 'del'
  | 'copy'
  | 'multi'
  | 'meta'
  | 'abort'
  | 'life'
  | 'ro'
  | 'err';

/** One thing that a storage must do to be safe to commit on. */
export interface ConformanceCase {
  /** `<group>.<name>`; never changes and is never used again. */
  readonly id: string;
  readonly group: CaseGroup;
  /** The level of the suite that brought it: a harness may stay on the level that it passed. */
  readonly since: number;
  /** What must be there for the case to make sense. */
  readonly requires: readonly Requirement[];
  /** One sentence: what holds where the case passes. */
  readonly proves: string;
  /** One sentence: what would happen to a commit where it does not hold. */
  readonly why: string;
  /** Rejects where it does not hold, with a message that says what was seen instead. */
  run(context: CaseContext): Promise<void>;
}

/** Fills in what the cases of one group share. */
export function casesOf(
  group: CaseGroup,
  cases: readonly (Omit<ConformanceCase, 'group' | 'since' | 'requires'> & {
    readonly since?: number;
    readonly requires?: readonly Requirement[];
  })[],
): readonly ConformanceCase[] {
  return cases.map(({ since = 1, requires = [], ...rest }) => ({ ...rest, group, since, requires }));
}
