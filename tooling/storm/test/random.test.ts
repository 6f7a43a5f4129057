import { describe, expect, it } from 'vitest';
import { pick, seededRandom } from '../src/random.ts';

const drawn = (seed: number): number[] => Array.from({ length: 1_000 }, seededRandom(seed));

describe('seededRandom', () => {
  it('repeats the sequence of a seed, and no other', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  it('gives numbers from 0 to 1, excluded, spread over all tenths', () => {
    const numbers = drawn(1);
    expect(numbers.filter((number) => number < 0 || number >= 1)).toEqual([]);
    expect(new Set(numbers.map((number) => Math.floor(number * 10))).size).toBe(10);
  });
});

describe('pick', () => {
  it('picks by the number, from the first to the last', () => {
    expect([0, 0.5, 0.999].map((number) => pick(() => number, ['a', 'b', 'c']))).toEqual(['a', 'b', 'c']);
  });

  it('picks nothing from nothing', () => {
    expect(pick(() => 0, [])).toBeUndefined();
  });
});
