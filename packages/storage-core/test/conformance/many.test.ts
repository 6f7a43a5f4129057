import { expect, it } from 'vitest';
import { forAll, manyIds } from '../../src/conformance/many.ts';

it('ids are as many as asked for, all different, and in byte order', () => {
  const ids = manyIds(2_500);
  expect(new Set(ids).size).toBe(2_500);
  expect([...ids].sort()).toEqual(ids);
  expect(manyIds(0)).toEqual([]);
});

it('work is done for each item, several at once, and its failure is thrown', async () => {
  let [running, most] = [0, 0];
  const done: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  await forAll(items, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual(items);
  expect(most).toBe(32);
  await expect(forAll([1], () => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
});
