import { checkInterleavings, checkSequences } from './check.ts';
import type { ModelTarget } from './target.ts';

/** What is used of a test runner. */
export interface ModelRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Two tests of a backend against the model: operations one after the other, and interleaved. Their names say the seed. */
export function defineModelTests({ describe, it }: ModelRunner, target: ModelTarget, seed: number): void {
  describe(`${target.name} does as the model does (ICECHUNK_TEST_SEED=${seed})`, () => {
    it('operations one after the other', () => checkSequences(target, { seed }));
    it('operations interleaved', () => checkInterleavings(target, { seed }));
  });
}
