import { race } from '../deadline.ts';
import { showError } from './assert.ts';
import type { ConformanceCase } from './case.ts';
import { checkHarness } from './check-harness.ts';
import { OpenedCase } from './context.ts';
import { type ConformanceHarness, missingRequirement } from './harness.ts';
import { SeededRandom } from './seeded-random.ts';

/** What became of one case. */
export interface CaseResult {
  readonly id: string;
  readonly outcome: 'pass' | 'fail' | 'skip';
  readonly durationMs: number;
  /** Why it failed or was skipped. */
  readonly reason?: string;
  /** A skipped case that would have passed: the declaration or the skip list is out of date. */
  readonly wouldPass?: boolean;
}

/** How a run goes. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Only these. */
  readonly filter?: (one: ConformanceCase) => boolean;
  /** Repeats a run; default: by chance. */
  readonly seed?: number;
}

/** A case that takes this long hangs. */
const CASE_TIMEOUT_MS = 120_000;

/** Runs one case under a prefix of its own. */
export async function runCase(
  harness: ConformanceHarness,
  one: ConformanceCase,
  seed: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<CaseResult> {
  const start = performance.now();
  const missing = missingRequirement(harness, one.requires);
  const skipped = missing ?? harness.skip?.[one.id];
  const failure = missing === undefined ? await attempt(harness, one, seed, signal) : undefined;
  const result = { id: one.id, durationMs: performance.now() - start };
  if (skipped !== undefined) {
    return {
      ...result,
      outcome: 'skip',
      reason: skipped,
      ...(missing === undefined && { wouldPass: failure === undefined }),
    };
  }
  return failure === undefined ? { ...result, outcome: 'pass' } : { ...result, outcome: 'fail', reason: failure };
}

/**
 * Runs the cases one after the other, in their order.
 *
 * @throws Error where the harness makes no sense, or its storage cannot be reached or is not empty: it says what to mend.
 */
export async function* runCases(
  harness: ConformanceHarness,
  cases: readonly ConformanceCase[],
  { signal, filter = () => true, seed = freshSeed() }: RunOptions = {},
): AsyncGenerator<CaseResult> {
  await checkHarness(harness, cases);
  try {
    for (const one of cases.filter(filter)) {
      signal?.throwIfAborted();
      yield await runCase(harness, one, seed, signal);
    }
  } finally {
    await harness.close?.();
  }
}

/** A seed by chance. */
export function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** @returns Why the case failed; undefined where it passed. */
async function attempt(
  harness: ConformanceHarness,
  one: ConformanceCase,
  seed: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const random = new SeededRandom(seed ^ hash(one.id));
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CASE_TIMEOUT_MS)]);
  const context = new OpenedCase(harness, prefixOf(one.id), random, deadline);
  try {
    await context.start();
    await race(one.run(context), deadline);
    return undefined;
  } catch (err) {
    return deadline.aborted && !signal.aborted ? `hangs: no end after ${CASE_TIMEOUT_MS} ms` : showError(err);
  } finally {
    await context.close();
  }
}

function prefixOf(id: string): string {
  return `conformance/${id}/${crypto.randomUUID()}`;
}

// FNV-1a: each case has numbers of its own, whichever cases run before it.
function hash(text: string): number {
  let hashed = 0x811c9dc5;
  for (const character of text) hashed = Math.imul(hashed ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hashed >>> 0;
}
