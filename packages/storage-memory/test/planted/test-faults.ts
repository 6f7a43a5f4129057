import type { ConformanceHarness } from '@icechunk/storage-core/conformance';
import { runConformance } from '@icechunk/storage-core/conformance';
import { describe, expect, it } from 'vitest';
import { expectedFailures } from './expected-failures.ts';
import type { PlantedFault } from './plant.ts';

const SEED = Number(process.env['ICECHUNK_TEST_SEED'] ?? 1);

/** Runs the whole suite over each fault: exactly the cases that are expected to fail must fail, and its own among them. */
export function testFaults(faults: readonly PlantedFault[]): void {
  describe(`planted faults (seed ${SEED})`, () => {
    it.each(faults.map((fault) => [fault.id, fault.does, fault] as const))(
      '%s: the backend %s',
      async (id, _, fault) => {
        const failures = await failuresOf(fault.harness());
        expect([...failures.keys()]).toEqual(expectedFailures[id]);
        expect([...failures.keys()]).toContain(fault.caughtBy);
        // A fault is to be seen, and not to be waited for.
        for (const reason of failures.values()) expect(reason).not.toMatch(/^hangs/);
      },
    );
  });
}

/** The ids of the cases that a harness does not pass, in order, with what each says. */
export async function failuresOf(harness: ConformanceHarness): Promise<Map<string, string>> {
  const failures = new Map<string, string>();
  for await (const { id, outcome, reason } of runConformance(harness, { seed: SEED, caseTimeoutMs: 10_000 }))
    if (outcome !== 'pass') failures.set(id, reason ?? '');
  return failures;
}
