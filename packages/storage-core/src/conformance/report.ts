import type { ConformanceCase } from './case.ts';
import { groupOf } from './consequences.ts';
import type { ConformanceHarness } from './harness.ts';
import { type CaseResult, freshSeed, type RunOptions, runCases } from './run.ts';
import { tableOf } from './table.ts';
import { judge, type Verdict } from './verdict.ts';

/** A whole run in words and in numbers. Plain data: `JSON.stringify` gives what machines read. */
export interface ConformanceReport extends Verdict {
  readonly name: string;
  /** Repeats the run. */
  readonly seed: number;
  /** In the order of the cases. */
  readonly results: readonly CaseResult[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Cases that the filter left out. */
  readonly notRun: number;
  readonly durationMs: number;
}

/** How {@link reportConformance} runs and where it says what it sees. */
export interface ReportOptions extends RunOptions {
  /** Takes one line, without its end. */
  readonly write?: (line: string) => void;
}

/** Runs the cases, says each result as it comes, and then the table and the verdict. Errors as `runConformance`. */
export async function reportCases(
  harness: ConformanceHarness,
  cases: readonly ConformanceCase[],
  { write = () => {}, seed = freshSeed(), ...options }: ReportOptions = {},
): Promise<ConformanceReport> {
  const start = performance.now();
  write(`conformance of ${harness.name}, seed ${seed}`);
  const results: CaseResult[] = [];
  for await (const result of runCases(harness, cases, { ...options, seed })) {
    results.push(result);
    write(progressLine(result));
  }
  const report = summarise({ name: harness.name, seed, durationMs: performance.now() - start }, cases, results);
  for (const line of reportLines(report)) write(line);
  return report;
}

/** Counts the results and judges them. */
export function summarise(
  run: Pick<ConformanceReport, 'name' | 'seed' | 'durationMs'>,
  cases: readonly ConformanceCase[],
  results: readonly CaseResult[],
): ConformanceReport {
  const count = (outcome: CaseResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  return {
    ...run,
    results,
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    notRun: cases.length - results.length,
    ...judge(cases, results),
  };
}

/** One line about one case. */
export function progressLine({ id, outcome, durationMs, reason, wouldPass }: CaseResult): string {
  const says = reason === undefined ? '' : `: ${reason}`;
  return `${outcome} ${id} (${Math.round(durationMs)} ms)${says}${wouldPass ? '; it would pass' : ''}`;
}

/** The table by group, what failed, what was skipped, the verdict and the counts. */
export function reportLines(report: ConformanceReport): string[] {
  const { results, passed, failed, skipped, notRun, durationMs, seed } = report;
  const left = notRun === 0 ? '' : `, ${notRun} not run`;
  const details = results.filter((one) => one.outcome !== 'pass').map(progressLine);
  return [
    '',
    ...tableOf(results, (one) => groupOf(one.id)),
    '',
    ...(details.length === 0 ? [] : [...details, '']),
    `${report.name}: ${report.verdict}`,
    ...report.cautions.map((caution) => `  but: ${caution}`),
    `${passed} passed, ${failed} failed, ${skipped} skipped${left} in ${(durationMs / 1000).toFixed(1)} s (seed ${seed})`,
  ];
}
