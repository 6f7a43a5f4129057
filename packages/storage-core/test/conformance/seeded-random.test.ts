import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/conformance/seeded-random.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('SeededRandom', () => {
  it('repeats by its seed, and by nothing else', () => {
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        const first = (seed: number): number[] => Array.from({ length: 4 }, draw(new SeededRandom(seed)));
        expect(first(a)).toEqual(first(a));
        if (a !== b) expect(first(a)).not.toEqual(first(b));
      }),
    );
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 1_000 }), (seed, below) => {
        const random = new SeededRandom(seed);
        for (let count = 0; count < 50; count++) {
          const [fraction, whole, next] = [random.next(), random.below(below), random.seed()];
          expect(fraction >= 0 && fraction < 1).toBe(true);
          expect(Number.isInteger(whole) && whole >= 0 && whole < below).toBe(true);
          expect(Number.isInteger(next) && next >= 0 && next < 2 ** 32).toBe(true);
        }
      }),
    );
  });

  it('makes bytes of every value, in which no stretch comes again', () => {
    const bytes = new SeededRandom(1).bytes(16_384);
    expect(new Set(bytes).size).toBe(256);
    const stretches = new Set<string>();
    for (let at = 0; at + 8 <= bytes.byteLength; at++) stretches.add(bytes.subarray(at, at + 8).join());
    expect(stretches.size).toBe(bytes.byteLength - 7);
    expect(new SeededRandom(1).bytes(0).byteLength).toBe(0);
  });
});

function draw(random: SeededRandom): () => number {
  return () => random.next();
}
