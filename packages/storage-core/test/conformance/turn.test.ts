import { expect, it } from 'vitest';
import { nextTurn } from '../../src/conformance/turn.ts';

it('lets timers fire that were set before', async () => {
  const fired: string[] = [];
  setTimeout(() => fired.push('timer'), 0);
  for (let promise = 0; promise < 100; promise++) await Promise.resolve();
  expect(fired).toEqual([]);
  await nextTurn();
  expect(fired).toEqual(['timer']);
});
