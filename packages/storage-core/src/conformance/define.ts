import type { ConformanceCase } from './case.ts';
import { checkHarness } from './check-harness.ts';
import type { ConformanceHarness } from './harness.ts';
import { freshSeed, runCase, skipReason } from './run.ts';

/** What is used of a test runner: vitest, jest, mocha, `node:test` and `bun:test` have it. */
export interface TestRunner {
  /** Groups tests under a name. */
  describe(name: string, body: () => void): unknown;
  /** Registers one test, which fails where `body` rejects. */
  it(name: string, body: () => Promise<void>): unknown;
}

/**
 * Makes one test of each case, one that finds what is wrong with the harness, and one that closes it.
 *
 * A case that is skipped is a test whose name says so and why; one of the skip list that would have passed fails.
 */
export function defineTests(
  { describe, it }: TestRunner,
  harness: ConformanceHarness,
  cases: readonly ConformanceCase[],
  seed: number = freshSeed(),
): void {
  describe(`conformance of ${harness.name} (seed ${seed})`, () => {
    it('the harness can be run', () => checkHarness(harness, cases));
    for (const one of cases) {
      const skipped = skipReason(harness, one);
      it(skipped === undefined ? `${one.id}: ${one.proves}` : `${one.id}: skipped, since ${skipped}`, async () => {
        const { outcome, reason, wouldPass } = await runCase(harness, one, seed);
        if (outcome === 'fail') throw new Error(`${one.id} (seed ${seed}): ${reason}`);
        // What a backend declares may depend on where it runs: passing all the same is no fault of it.
        if (wouldPass && harness.skip?.[one.id] !== undefined)
          throw new Error(`${one.id} is skipped and would pass: take it off the list`);
      });
    }
    if (harness.close) it('the harness closes', async () => harness.close?.());
  });
}
