import type { ConformanceCase } from './case.ts';
import { abortCases } from './cases/abort.ts';
import { casCases } from './cases/cas.ts';
import { condgetCases } from './cases/condget.ts';
import { copyCases } from './cases/copy.ts';
import { delCases } from './cases/del.ts';
import { errCases } from './cases/err.ts';
import { getCases } from './cases/get.ts';
import { keyCases } from './cases/key.ts';
import { lifeCases } from './cases/life.ts';
import { listCases } from './cases/list.ts';
import { lostCases } from './cases/lost.ts';
import { metaCases } from './cases/meta.ts';
import { multiCases } from './cases/multi.ts';
import { putCases } from './cases/put.ts';
import { roCases } from './cases/ro.ts';
import { defineTests, type TestRunner } from './define.ts';
import type { ConformanceHarness } from './harness.ts';
import { type ConformanceReport, type ReportOptions, reportCases } from './report.ts';
import { type CaseResult, type RunOptions, runCases } from './run.ts';

export type { CaseGroup, ConformanceCase } from './case.ts';
export type { ClientVerb } from './client-verb.ts';
export { consequenceOf } from './consequences.ts';
export type { CaseContext, FaultyHandle, HandleOptions, WatchedHandle } from './context.ts';
export type { TestRunner } from './define.ts';
export { type Fault, type FaultedCall, FaultyClient, type RandomFaults } from './faulty-client.ts';
export type { ConformanceHarness, OpenContext, Requirement, SuiteCapabilities } from './harness.ts';
export { HarnessError } from './harness-error.ts';
export { type ConformanceReport, progressLine, type ReportOptions, reportLines, summarise } from './report.ts';
export type { CaseResult, RunOptions } from './run.ts';
export { SeededRandom } from './seeded-random.ts';
export type { Verdict } from './verdict.ts';

/** Every case, in the order in which they run. Ids are stable; a new case has a higher `since`. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...keyCases,
  ...getCases,
  ...condgetCases,
  ...putCases,
  ...casCases,
  ...lostCases,
  ...listCases,
  ...delCases,
  ...copyCases,
  ...multiCases,
  ...metaCases,
  ...abortCases,
  ...lifeCases,
  ...roCases,
  ...errCases,
];

/**
 * Runs the suite against a storage, case by case, in order.
 *
 * @throws Error that says what to mend, where the harness cannot be run at all.
 */
export function runConformance(harness: ConformanceHarness, options?: RunOptions): AsyncIterable<CaseResult> {
  return runCases(harness, conformanceCases, options);
}

/**
 * Runs the suite and says each result as it comes, then a table by group and a verdict in words.
 *
 * @returns The same as plain data, for `JSON.stringify`.
 * @throws As {@link runConformance}.
 */
export function reportConformance(harness: ConformanceHarness, options?: ReportOptions): Promise<ConformanceReport> {
  return reportCases(harness, conformanceCases, options);
}

/** The suite as tests of whatever runner has `describe` and `it`. */
export function defineConformanceTests(runner: TestRunner, harness: ConformanceHarness, seed?: number): void {
  defineTests(runner, harness, conformanceCases, seed);
}
