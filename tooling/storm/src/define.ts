import { checkCounterStorm, counterStorm } from './counter-storm.ts';
import type { CounterPlan, StormPlan } from './plan.ts';
import { seededRandom } from './random.ts';
import { checkStorm, storm } from './storm.ts';

/** What is used of a test runner: `it` of vitest fits. */
export type StormIt = (name: string, body: () => Promise<void>, timeoutMs: number) => unknown;

/** Makes a plan, with `random` as its own. Called in the test, so that servers may be started before all tests. */
export type MakePlan<Plan> = (random: () => number) => Plan | Promise<Plan>;

/** More than the time that a storm has by default, so that a storm that hangs says where. */
const testTimeoutMs = 420_000;

/** A test that holds a {@link storm} and fails with what {@link checkStorm} finds. Its name says the seed. */
export function defineStormTest(it: StormIt, title: string, seed: number, makePlan: MakePlan<StormPlan>): void {
  define(it, title, seed, async (random) => {
    const plan = await makePlan(random);
    return await checkStorm(await storm(plan), plan.opener);
  });
}

/** The same of a {@link counterStorm} and {@link checkCounterStorm}. */
export function defineCounterTest(it: StormIt, title: string, seed: number, makePlan: MakePlan<CounterPlan>): void {
  define(it, title, seed, async (random) => {
    const plan = await makePlan(random);
    return await checkCounterStorm(await counterStorm(plan), plan.opener, plan.path);
  });
}

function define(it: StormIt, title: string, seed: number, findings: (random: () => number) => Promise<string[]>): void {
  const body = async (): Promise<void> => {
    const found = await findings(seededRandom(seed));
    if (found.length > 0) throw new Error(`${found.length} findings after the storm:\n${found.join('\n')}`);
  };
  it(`${title} (ICECHUNK_TEST_SEED=${seed})`, body, testTimeoutMs);
}
