import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLinearizable, type KeyState, type KeyStep } from '../src/linearize.ts';

const write = (startedAt: number, endedAt: number, state: KeyState): KeyStep => ({
  startedAt,
  endedAt,
  allows: () => true,
  after: { state },
});
const swap = (startedAt: number, endedAt: number, from: KeyState, to: KeyState): KeyStep => ({
  startedAt,
  endedAt,
  allows: (state) => state === from,
  after: { state: to },
});
const read = (startedAt: number, endedAt: number, seen: KeyState): KeyStep => ({
  startedAt,
  endedAt,
  allows: (state) => state === seen,
});

describe('isLinearizable', () => {
  it.each<[string, boolean, KeyStep[]]>([
    ['nothing at all', true, []],
    ['a read of nothing before any write', true, [read(1, 2, undefined)]],
    ['a read of what nobody wrote', false, [write(1, 2, 'a'), read(3, 4, 'b')]],
    ['a read after a write', true, [write(1, 2, 'a'), read(3, 4, 'a')]],
    ['a stale read', false, [write(1, 2, 'a'), write(3, 4, 'b'), read(5, 6, 'a')]],
    ['a read of either while a write runs', true, [write(1, 2, 'a'), write(3, 6, 'b'), read(4, 5, 'a')]],
    ['a read of the new while a write runs', true, [write(1, 2, 'a'), write(3, 6, 'b'), read(4, 5, 'b')]],
    [
      'a read of the old after one of the new',
      false,
      [write(1, 2, 'a'), write(3, 8, 'b'), read(4, 5, 'b'), read(6, 7, 'a')],
    ],
    ['two winners of one version', false, [write(1, 2, 'a'), swap(3, 6, 'a', 'b'), swap(4, 5, 'a', 'c')]],
    ['two winners, one upon the other', true, [write(1, 2, 'a'), swap(3, 6, 'a', 'b'), swap(4, 5, 'b', 'c')]],
    ['a winner upon one that came later', false, [write(1, 2, 'a'), swap(3, 4, 'b', 'c'), swap(5, 6, 'a', 'b')]],
    ['a lost write', false, [write(1, 2, 'a'), read(3, 4, undefined)]],
    ['an object that comes back', false, [write(1, 2, 'a'), write(3, 4, undefined), read(5, 6, 'a')]],
  ])('of %s says %s', (_, expected, steps) => {
    expect(isLinearizable(steps)).toBe(expected);
  });

  it('takes every history that was made by one order, and none with a read of what was never there', () => {
    const made = fc.array(fc.record({ isWrite: fc.boolean(), early: fc.nat(3), late: fc.nat(3) }), { maxLength: 9 });
    const check = (operations: { isWrite: boolean; early: number; late: number }[]): boolean => {
      let state: KeyState;
      const steps = operations.map(({ isWrite, early, late }, index) => {
        // Each takes effect at ten times its index, and is called before and answered after.
        const [startedAt, endedAt] = [index * 10 - early * 10 - 1, index * 10 + late * 10 + 1];
        if (isWrite) state = `version ${index}`;
        return isWrite ? write(startedAt, endedAt, state) : read(startedAt, endedAt, state);
      });
      const stranger = read(-100, 1_000, 'a version that nothing wrote');
      return isLinearizable([...steps].reverse()) && !isLinearizable([...steps, stranger]);
    };
    fc.assert(fc.property(made, check));
  });
});
