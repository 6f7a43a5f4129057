import { groupBy } from './group-by.ts';
import type { CaseResult } from './run.ts';

const columns = ['group', 'passed', 'failed', 'skipped', 'ms'] as const;

/** The results added up by group, in lines of equal width: groups in the order in which they come. */
export function tableOf(results: readonly CaseResult[], groupOf: (result: CaseResult) => string): string[] {
  const groups = groupBy(results, groupOf);
  const rows = [...groups].map(([group, members]) => rowOf(group, members));
  return aligned([[...columns], ...rows, rowOf('all', results)]);
}

function rowOf(name: string, results: readonly CaseResult[]): string[] {
  const count = (outcome: CaseResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  const durationMs = results.reduce((sum, one) => sum + one.durationMs, 0);
  return [name, ...[count('pass'), count('fail'), count('skip'), Math.round(durationMs)].map(String)];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}
