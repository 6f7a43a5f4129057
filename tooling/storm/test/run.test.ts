import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../src/random.ts';
import { type RunPlan, run, withDefaults } from '../src/run.ts';

const opener = { module: '', argument: null };
const script = new URL('./programs/fake-worker.ts', import.meta.url).href;

function plan(path: string, given: Partial<RunPlan> = {}): RunPlan {
  const defaults = withDefaults({ opener: { ...opener }, random: seededRandom(1) });
  return { ...defaults, workers: 1, writes: 5, script, job: { opener, path }, ...given };
}

describe('run', () => {
  it('ends after so many writes, with every kill, stop and disturbance that was asked for', async () => {
    let [under, most, ends] = [0, 0, 0];
    const strike = async (): Promise<void> => {
      most = Math.max(most, ++under);
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      under--;
    };
    const end = async (): Promise<void> => void ends++;
    const disturbances = [
      { times: 4, strike, end },
      { times: 3, strike },
    ];
    const outcome = await run(plan('succeed', { workers: 3, writes: 300, kills: 5, stops: 4, disturbances }));
    expect(outcome).toMatchObject({ killed: 5, disturbed: 7, failed: [], failures: [] });
    expect(outcome.stopped).toBeGreaterThan(0);
    expect(outcome.acknowledged.length).toBeGreaterThanOrEqual(300);
    expect(new Set(outcome.acknowledged.map(({ name }) => name)).size).toBe(outcome.acknowledged.length);
    expect(outcome.events).toEqual({ retry: outcome.acknowledged.length });
    expect(outcome.plan).toEqual({
      workers: 3,
      writes: 300,
      kills: 5,
      stops: 4,
      disturbances: 7,
      toleratedFailures: 0,
    });
    expect({ most, ends }).toEqual({ most: 1, ends: 1 });
  });

  it('says what a worker threw, and which write it was at', async () => {
    const outcome = await run(plan('throw'));
    expect(outcome.failures).toEqual([expect.stringMatching(/^process w0 ended with 1: Error: thrown on purpose\n/)]);
    expect(outcome.unanswered).toEqual(['w0-0']);
  });

  it('gives up where more writes fail than it was to make', async () => {
    const outcome = await run(plan('fail'));
    expect(outcome.failures[0]).toBe('6 writes failed, and it was given up');
    expect(outcome.failed[0]).toEqual({ name: 'w0-0', stage: 'commit', reason: 'no', mayHaveLanded: true });
    expect(outcome.events).toEqual({ retry: 2 * outcome.failed.length });
  });

  it('knows which failures came before the write could land', async () => {
    const { failed } = await run(plan('fail early'));
    expect(failed[0]).toEqual({ name: 'w0-0', stage: 'write', reason: 'no', mayHaveLanded: false });
  });

  it('is broken off where it takes too long', async () => {
    const { failures } = await run(plan('hang', { timeLimitMs: 10, workers: 2 }));
    expect(failures).toEqual([expect.stringMatching(/^0 of 5 writes after 10 ms/)]);
  });

  it('says what a disturbance and its end threw', async () => {
    const strike = (): Promise<void> => Promise.reject(new Error('no such toxic'));
    const end = (): Promise<void> => Promise.reject(new Error('no end'));
    const { failures, disturbed } = await run(plan('succeed', { disturbances: [{ times: 1, strike, end }] }));
    expect(failures).toEqual([
      'a disturbance failed: Error: no such toxic',
      'the end of a disturbance failed: Error: no end',
    ]);
    expect(disturbed).toBe(0);
  });
});
