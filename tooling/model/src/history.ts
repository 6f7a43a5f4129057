import { codeOf, literal } from './call.ts';
import type { Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';
import type { NamedVersion, VersionLog } from './version-log.ts';

/** One operation of a run in which operations overlap. Times are numbers of events, counted from the run's start. */
export interface HistoryEntry {
  readonly operation: Operation<NamedVersion>;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
}

/**
 * The history as TypeScript: calls and awaits in the order in which they were seen.
 *
 * What lies between, how the backend's own calls interleave, is the scheduler's: the printed seed and path repeat it.
 */
export function scriptOf(history: readonly HistoryEntry[], versions: VersionLog): string[] {
  const lines = history.flatMap(({ operation, startedAt, endedAt, outcome }, index) => {
    const name = `p${index + 1}`;
    return [
      { at: startedAt, line: `const ${name} = outcomeOf(${codeOf(operation)});` },
      { at: endedAt, line: `${nameResult(outcome, name, versions)} // ${show(outcome, versions)}` },
    ];
  });
  return lines.sort((a, b) => a.at - b.at).map(({ line }) => line);
}

function nameResult(outcome: Outcome, promise: string, versions: VersionLog): string {
  if (outcome.kind !== 'updated') return `await ${promise};`;
  return `const { newVersion: ${versions.nameOf(outcome.newVersion)} } = await ${promise};`;
}

function show(outcome: Outcome, versions: VersionLog): string {
  return literal(outcome, (one) => versions.nameOf(one));
}
