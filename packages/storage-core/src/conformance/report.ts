import type { CaseResult } from './run.ts';

/** A whole run in words and in numbers. */
export interface ConformanceReport {
  readonly name: string;
  readonly seed: number;
  readonly results: readonly CaseResult[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
  /** False where any case failed, or where one that safety rests on was skipped. */
  readonly safeToCommitOn: boolean;
  /** One sentence. */
  readonly verdict: string;
}
