import { race } from '../deadline.ts';
import { showError } from './assert.ts';
import type { ConformanceCase } from './case.ts';
import { checkHarness } from './check-harness.ts';
import { OpenedCase } from './context.ts';
import { type ConformanceHarness, missingRequirement, type Requirement } from './harness.ts';
import { SeededRandom } from './seeded-random.ts';
import { timeLimit } from './time-limit.ts';

/** What became of one case. */
export interface CaseResult {
  readonly id: string;
  readonly outcome: 'pass' | 'fail' | 'skip';
  readonly durationMs: number;
  /** Why it failed or was skipped. */
  readonly reason?: string;
  /** Of a skipped case: the requirement that is not met; not given where the skip list names it. */
  readonly missing?: Requirement;
  /** Of a skipped case: it was tried, and passes or not. Where it passes, a declaration or the skip list says too little. */
  readonly wouldPass?: boolean;
}

/** How a run goes. */
export interface RunOptions {
  /** Ends the run: it rejects with the signal's reason, and the case that was running is neither passed nor failed. */
  readonly signal?: AbortSignal;
  /** Only these. */
  readonly filter?: (one: ConformanceCase) => boolean;
  /** Repeats a run; default: by chance. */
  readonly seed?: number;
  /** How long a case may take before it is said to hang; default two minutes. */
  readonly caseTimeoutMs?: number;
}

const CASE_TIMEOUT_MS = 120_000;

/**
 * Runs one case under a prefix of its own. A case that is skipped is tried all the same where that is possible.
 *
 * @throws The reason of `signal`.
 */
export async function runCase(
  harness: ConformanceHarness,
  one: ConformanceCase,
  seed: number,
  options: Pick<RunOptions, 'signal' | 'caseTimeoutMs'> = {},
): Promise<CaseResult> {
  const start = performance.now();
  const missing = missingRequirement(harness, one.requires)?.name;
  const skipped = skipReason(harness, one);
  const tried = canTry(harness, one.requires);
  const failure = tried ? await attempt(harness, one, seed, options) : undefined;
  const result = { id: one.id, durationMs: performance.now() - start };
  if (skipped !== undefined) {
    const why = { reason: skipped, ...(missing !== undefined && { missing }) };
    return { ...result, outcome: 'skip', ...why, ...(tried && { wouldPass: failure === undefined }) };
  }
  return failure === undefined ? { ...result, outcome: 'pass' } : { ...result, outcome: 'fail', reason: failure };
}

/** Why a case is skipped, in words that go on from "skipped: "; undefined where it is not. */
export function skipReason(harness: ConformanceHarness, one: ConformanceCase): string | undefined {
  return missingRequirement(harness, one.requires)?.reason ?? harness.skip?.[one.id];
}

/**
 * Runs the cases one after the other, in their order.
 *
 * @throws Error where the harness makes no sense, or its storage cannot be reached or is not empty: it says what to mend.
 * Rethrows the reason of `signal`.
 */
export async function* runCases(
  harness: ConformanceHarness,
  cases: readonly ConformanceCase[],
  { filter = () => true, seed = freshSeed(), ...options }: RunOptions = {},
): AsyncGenerator<CaseResult> {
  await checkHarness(harness, cases);
  try {
    for (const one of cases.filter(filter)) {
      options.signal?.throwIfAborted();
      yield await runCase(harness, one, seed, options);
    }
  } finally {
    await harness.close?.();
  }
}

/** A seed by chance. */
export function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

// What a backend lacks by declaration it may have all the same; what the harness cannot do cannot be tried.
function canTry(harness: ConformanceHarness, requires: readonly Requirement[]): boolean {
  return requires.every(
    (requirement) => (requirement !== 'faults' || harness.faults) && (requirement !== 'second' || harness.openSecond),
  );
}

/** @returns Why the case failed; undefined where it passed. */
async function attempt(
  harness: ConformanceHarness,
  one: ConformanceCase,
  seed: number,
  { signal, caseTimeoutMs = CASE_TIMEOUT_MS }: Pick<RunOptions, 'signal' | 'caseTimeoutMs'>,
): Promise<string | undefined> {
  const limit = timeLimit(caseTimeoutMs);
  const ended = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
  const context = new OpenedCase(harness, prefixOf(one.id), new SeededRandom(seed ^ hash(one.id)), ended);
  const ran = await failureOf(race(runIn(context, one), ended)).finally(limit.release);
  // Closed also where the case has failed; a fault in closing is told where there is no graver one.
  const closing = timeLimit(caseTimeoutMs);
  const closed = await failureOf(race(context.close(), closing.signal)).finally(closing.release);
  signal?.throwIfAborted();
  if (limit.signal.aborted || closing.signal.aborted) return `hangs: no end after ${caseTimeoutMs} ms`;
  return ran ?? (closed === undefined ? undefined : `closing failed: ${closed}`);
}

async function runIn(context: OpenedCase, one: ConformanceCase): Promise<void> {
  await context.start();
  await one.run(context);
}

async function failureOf(promise: Promise<void>): Promise<string | undefined> {
  return await promise.then(() => undefined, showError);
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
