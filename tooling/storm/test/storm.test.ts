import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCounterStorm, counterStorm } from '../src/counter-storm.ts';
import type { CounterPlan, StormPlan } from '../src/plan.ts';
import { seededRandom } from '../src/random.ts';
import { checkStorm, storm } from '../src/storm.ts';
import { SharedObjects } from './shared-objects.ts';

const module = new URL('./programs/shared-storage.ts', import.meta.url);

let shared: SharedObjects;
beforeEach(async () => {
  shared = new SharedObjects();
  await shared.start();
});
afterEach(() => shared.stop());

const planOf = (given: Partial<StormPlan> = {}): StormPlan & CounterPlan => ({
  opener: { module, argument: shared.url },
  random: seededRandom(1),
  commits: 25,
  increments: 60,
  ...given,
});

async function outage(): Promise<void> {
  await shared.stop();
  // For as long as some tries of a worker take.
  await setTimeout(400);
  await shared.start();
}

/** A read-back is not tried again: each outage may cut off one of each worker. */
const outages = 2;
const disturbed = { disturbances: [{ times: outages, strike: outage }], toleratedFailures: 4 * outages };

/** Of all puts of `key` that come to `isRefused`, the one that does wrong. */
function onceOf(key: string, misdeed: ReturnType<SharedObjects['misdeed']>, which: number, refused = false): void {
  let seen = 0;
  shared.misdeed = (request, isRefused) =>
    request.key === key && isRefused === refused && ++seen === which ? misdeed : undefined;
}

describe('a storm of the engine', { timeout: 420_000 }, () => {
  it('sits out outages, kills and lost answers, and loses nothing', async () => {
    let puts = 0;
    shared.misdeed = ({ key }) => (key === 'repo' && ++puts % 5 === 0 ? 'lose the answer' : undefined);
    const outcome = await storm(planOf({ kills: 3, stops: 3, ...disturbed }));
    expect(await checkStorm(outcome, planOf().opener)).toEqual([]);
    expect(outcome.events['retry']).toBeGreaterThan(0);
    expect(outcome.events['write_recovered']).toBeGreaterThan(0);
  });

  it('finds the commit that a storage says it has, and has not', async () => {
    onceOf('repo', 'forget', 10);
    const findings = await checkStorm(await storm(planOf()), planOf().opener);
    expect(findings).toEqual([expect.stringMatching(/^w\d-\d+ was acknowledged and is lost$/)]);
  });

  it('finds the cells that a storage has changed', async () => {
    let chunks = 0;
    shared.misdeed = ({ key }) => (key.startsWith('chunks/') && ++chunks === 3 ? 'spoil' : undefined);
    const plan = planOf({ workers: 2, commits: 8 });
    const findings = await checkStorm(await storm(plan), plan.opener);
    expect(findings).toEqual([expect.stringMatching(/^w\d-\d+ holds /)]);
  });

  it('finds what a condition that is ignored has lost', async () => {
    onceOf('repo', 'ignore the condition', 1, true);
    const findings = await checkStorm(await storm(planOf()), planOf().opener);
    expect(findings).toContainEqual(expect.stringMatching(/^w\d-\d+ was acknowledged and is lost$/));
  });
});

describe('a counter storm', { timeout: 420_000 }, () => {
  it('sits out outages, kills and lost answers, and loses nothing', async () => {
    let puts = 0;
    shared.misdeed = () => (++puts % 5 === 0 ? 'lose the answer' : undefined);
    const outcome = await counterStorm(planOf({ kills: 3, stops: 3, ...disturbed }));
    expect(await checkCounterStorm(outcome, planOf().opener)).toEqual([]);
    expect(outcome.events['write_recovered']).toBeGreaterThan(0);
    expect(await checkCounterStorm(outcome, planOf().opener, 'another')).toHaveLength(outcome.acknowledged.length);
  });

  it('finds the one increment that a storage has forgotten', async () => {
    onceOf('config.yaml', 'forget', 10);
    const findings = await checkCounterStorm(await counterStorm(planOf()), planOf().opener);
    expect(findings).toEqual([expect.stringMatching(/^w\d-\d+ was acknowledged and is lost$/)]);
  });

  it('finds what a condition that is ignored has lost', async () => {
    onceOf('config.yaml', 'ignore the condition', 1, true);
    const findings = await checkCounterStorm(await counterStorm(planOf()), planOf().opener);
    expect(findings).toContainEqual(expect.stringMatching(/^w\d-\d+ was acknowledged and is lost$/));
  });
});
