import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CounterPlan, defineCounterTest, defineStormTest, type StormPlan } from '@icechunk-tooling/storm';
import { afterAll, beforeAll, describe, it } from 'vitest';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

describe('a storm of processes on one folder, killed and stopped at random', () => {
  let folder: string;
  const planOn = (name: string, random: () => number): StormPlan & CounterPlan => ({
    opener: { module: new URL('./storm-storage.ts', import.meta.url), argument: join(folder, name) },
    random,
    kills: 12,
    stops: 20,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-storm-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  defineStormTest(it, 'leaves each of 100 acknowledged commits of the engine, whole and once', seed, (random) =>
    planOn('repository', random),
  );

  defineCounterTest(it, 'leaves each of 400 acknowledged updates of one object, once', seed, (random) => ({
    ...planOn('counter', random),
    increments: 400,
  }));
});
