import type { SeededRandom } from './seeded-random.ts';

/** In turns of the queue of settled promises: about as many as a read in parts takes in memory. */
const LONGEST_PAUSE = 100;

/**
 * Lets a few settled promises go ahead, how many the seed decides.
 *
 * Calls on a store in memory keep step with each other: without this, two that race would always meet at one point.
 */
export async function fallOutOfStep(random: SeededRandom): Promise<void> {
  for (let turns = random.below(LONGEST_PAUSE); turns > 0; turns--) await undefined;
}
