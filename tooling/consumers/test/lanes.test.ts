import { expect, it } from 'vitest';
import { inLanes } from '../src/lanes.ts';

it.each([1, 2, 5])('runs every task, no more than %i at once', async (lanes) => {
  const [done, running] = [[] as number[], new Set<number>()];
  let most = 0;
  const tasks = Array.from({ length: 5 }, (_, task) => async () => {
    running.add(task);
    most = Math.max(most, running.size);
    await new Promise(setImmediate);
    running.delete(task);
    done.push(task);
  });
  await inLanes(lanes, tasks);
  expect(done.sort()).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(lanes);
});

it('rejects where a task does, and starts none after it in its lane', async () => {
  const started: string[] = [];
  const tasks = [
    async () => {
      started.push('first');
      throw new Error('broken');
    },
    async () => void started.push('second'),
  ];
  await expect(inLanes(1, tasks)).rejects.toThrow('broken');
  expect(started).toEqual(['first']);
});
