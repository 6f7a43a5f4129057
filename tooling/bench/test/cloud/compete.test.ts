import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Contest } from '../../src/cloud/compete.ts';

const module = fileURLToPath(new URL('./fake-contenders.ts', import.meta.url));
let contest: Contest | undefined;

afterEach(() => contest?.close());

describe('a contest', () => {
  it('sets the first beside itself and the others', async () => {
    contest = await Contest.start({ module, argument: {}, names: ['quick', 'slow'] });
    const [quick, slow] = await contest.hold({ verb: 'put', sizeBytes: 10, operations: 3 }, 3);
    expect(quick?.cpuRatio).toEqual({ median: 1, min: 1, max: 1 });
    expect([quick?.name, slow?.name]).toEqual(['quick', 'slow']);
    // It burns 20 ms of processor time for each put, by its own clock of that time.
    expect(slow?.cpuMicros.min).toBeGreaterThanOrEqual(19_000);
  });

  it('counts in nobody who did not do the work', async () => {
    contest = await Contest.start({ module, argument: {}, names: ['liar'] });
    const held = contest.hold({ verb: 'get', sizeBytes: 4_096, operations: 1 }, 1);
    await expect(held).rejects.toThrow('4095 instead of 4096');
  });

  it('lets only those take part who are asked, each after what has to be done before', async () => {
    let before = 0;
    contest = await Contest.start({ module, argument: {}, names: ['a', 'b'] });
    const standings = await contest.hold({ verb: 'list', prefix: 'p', objects: 0 }, 2, {
      names: ['a'],
      before: async () => void before++,
    });
    expect(standings.map(({ name }) => name)).toEqual(['a']);
    expect(before).toBe(3);
  });
});
