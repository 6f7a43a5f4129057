import { expect, it } from 'vitest';
import { defineCounterTest, defineStormTest, type MakePlan } from '../src/define.ts';
import type { CounterPlan, StormPlan } from '../src/plan.ts';

const opener = { module: new URL('./programs/broken-storage.ts', import.meta.url), argument: 'no key' };

it.each([defineStormTest, defineCounterTest])(
  'names its seed, hands it to the plan, and fails with the reason',
  async (define) => {
    let body: () => Promise<void> = async () => {};
    const names: string[] = [];
    const drawn: number[] = [];
    const makePlan: MakePlan<StormPlan & CounterPlan> = (random) => {
      drawn.push(random());
      return { opener, random };
    };
    const fakeIt = (name: string, test: () => Promise<void>): void => {
      names.push(name);
      body = test;
    };
    define(fakeIt, 'loses nothing', 5, makePlan);
    expect(names).toEqual(['loses nothing (ICECHUNK_TEST_SEED=5)']);
    expect(drawn).toEqual([]);
    await expect(body()).rejects.toThrow(/permission_denied: no key/);
    await expect(body()).rejects.toThrow();
    expect(drawn[0]).toBe(drawn[1]);
  },
);
