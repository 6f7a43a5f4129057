import { judgeWrites } from './judge.ts';
import { type Opener, toSentOpener } from './opener.ts';
import type { CounterPlan, StormOutcome } from './plan.ts';
import { run, withDefaults } from './run.ts';
import { runErrand } from './worker-process.ts';

const defaultPath = 'config.yaml';

/**
 * Lets processes add to one object by compare-and-swap, through the storage and without the engine, in a storm as
 * {@link storm} has it. Each increment appends a line with a name of its own; the first creates the object.
 *
 * With two workers at `config.yaml` and nothing else it is the race for a repository's configuration.
 *
 * An increment that ends in an error, for example `outcome_unknown`, is recorded as failed, and may have landed. One that is
 * refused, and whose line is then found in the object, is acknowledged as `landedAsConflict`.
 *
 * @param plan Its object is absent.
 */
export async function counterStorm(plan: CounterPlan): Promise<StormOutcome> {
  const job = { opener: toSentOpener(plan.opener), path: plan.path ?? defaultPath };
  return await run({ ...withDefaults(plan), writes: plan.increments ?? 200, script: './count-process.ts', job });
}

/**
 * What is wrong with the object after a counter storm, or with the storm itself: in the object are all acknowledged
 * increments, each once, and nothing else but increments that failed or were cut off while they were being put.
 *
 * `landedAsConflict` is a finding where there were no disturbances: then no answer can have been lost.
 *
 * @param opener May be another than the storm's, for example one that goes round a proxy.
 * @param path As in the plan.
 * @returns Empty where all is well.
 * @throws An error with the stderr of the process where the object cannot be read.
 */
export async function checkCounterStorm(
  outcome: StormOutcome,
  opener: Opener,
  path: string = defaultPath,
): Promise<string[]> {
  const answer = await runErrand('./read-counter-process.ts', { opener: toSentOpener(opener), path });
  return judgeWrites(outcome, answer as readonly string[]);
}
