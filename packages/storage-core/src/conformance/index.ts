import type { ConformanceCase } from './case.ts';
import { defineTests, type TestRunner } from './define.ts';
import type { ConformanceHarness } from './harness.ts';
import { type CaseResult, type RunOptions, runCases } from './run.ts';

export type { CaseGroup, ConformanceCase } from './case.ts';
export type { CaseContext, FaultyHandle, HandleOptions } from './context.ts';
export type { TestRunner } from './define.ts';
export { type ClientVerb, type Fault, type FaultedCall, FaultyClient } from './faulty-client.ts';
export type { ConformanceHarness, OpenContext, Requirement, SuiteCapabilities } from './harness.ts';
export type { CaseResult, RunOptions } from './run.ts';

/** Every case, in the order in which they run. Ids are stable; a new case has a higher `since`. */
export const conformanceCases: readonly ConformanceCase[] = [];

/**
 * Runs the suite against a storage, case by case, in order.
 *
 * @throws Error that says what to mend, where the harness cannot be run at all.
 */
export function runConformance(harness: ConformanceHarness, options?: RunOptions): AsyncIterable<CaseResult> {
  return runCases(harness, conformanceCases, options);
}

/** The suite as tests of whatever runner has `describe` and `it`. */
export function defineConformanceTests(runner: TestRunner, harness: ConformanceHarness, seed?: number): void {
  defineTests(runner, harness, conformanceCases, seed);
}
