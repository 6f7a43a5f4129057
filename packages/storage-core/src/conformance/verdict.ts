import type { ConformanceCase } from './case.ts';
import { consequenceOf, gravestFirst, groupOf } from './consequences.ts';
import { groupBy } from './group-by.ts';
import type { CaseResult } from './run.ts';

/** What a run says of a storage. */
export interface Verdict {
  /** True only where every case was run, none failed, and none that the safety of a commit rests on was skipped. */
  readonly safeToCommitOn: boolean;
  /** One sentence. */
  readonly verdict: string;
  /** What was skipped without a bearing on the verdict, one sentence for each reason. */
  readonly cautions: readonly string[];
}

/** The verdict of a run over `cases`, of which the results may be fewer. */
export function judge(cases: readonly ConformanceCase[], results: readonly CaseResult[]): Verdict {
  const failed = results.filter((one) => one.outcome === 'fail').map((one) => one.id);
  const skipped = results.filter((one) => one.outcome === 'skip');
  const unshown = skipped.filter(isDecisive).map((one) => one.id);
  const cautions = cautionsOf(skipped.filter((one) => !isDecisive(one)));
  const unsafe = (verdict: string): Verdict => ({ safeToCommitOn: false, verdict, cautions });
  if (failed.length > 0) return unsafe(`not safe to commit on: ${because([...failed, ...unshown])}`);
  if (unshown.length > 0) return unsafe(`not shown to be safe to commit on: ${because(unshown)}`);
  if (cases.length === 0 || results.length < cases.length)
    return unsafe(`no verdict: ${results.length} of ${cases.length} cases were run`);
  return { safeToCommitOn: true, verdict: 'safe to commit on', cautions };
}

// A nuisance where they are missing; no commit is lost by it.
const harmless = (id: string): boolean =>
  ['key', 'meta', 'life', 'ro'].includes(groupOf(id)) || id === 'list.order' || id === 'abort.listeners';

/** True where a skipped case leaves open whether a commit can be lost. */
function isDecisive({ id, missing, wouldPass }: CaseResult): boolean {
  if (missing === 'conditionalCreate' || missing === 'conditionalUpdate' || missing === 'second') return true;
  // A backend without parts or metadata has nothing that could go wrong with them.
  return missing === undefined && !wouldPass && !harmless(id);
}

/** What can go wrong, the gravest first, each with the cases that tell. */
function because(ids: readonly string[]): string {
  const byConsequence = [...groupBy(gravestFirst(ids), consequenceOf)];
  const told = byConsequence.slice(0, 3).map(([says, members]) => `${says}, see ${members.join(', ')}`);
  const untold = byConsequence.slice(3).flatMap(([, members]) => members);
  return [...told, ...(untold.length === 0 ? [] : [`and more, see ${untold.join(', ')}`])].join('; ');
}

function cautionsOf(skipped: readonly CaseResult[]): string[] {
  const byReason = [...groupBy(skipped, ({ reason }) => reason ?? 'skipped')];
  return byReason.map(([reason, members]) => {
    const passing = members.filter((one) => one.wouldPass).map((one) => one.id);
    const tried = passing.length === 0 ? '' : ` (and would pass: ${passing.join(', ')})`;
    return `${reason}: ${members.map((one) => one.id).join(', ')} skipped${tried}`;
  });
}
