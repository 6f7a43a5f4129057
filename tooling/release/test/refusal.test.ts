import { expect, test } from 'vitest';
import { Refusal, refusalIn, refuseFor } from '../src/refusal.ts';

test('one is refused for each reason, and not without one', () => {
  expect(() => refuseFor([])).not.toThrow();
  expect(() => refuseFor(['one', 'two'])).toThrow(new Refusal(['one', 'two']));
  expect(new Refusal(['one', 'two']).reasons).toEqual(['one', 'two']);
});

test('what another command refused is found in what it wrote', () => {
  const said = 'pnpm run release:publish\nrefused: a is wrong\nnot refused: b\nrefused: c is missing\nELIFECYCLE';
  expect(refusalIn(said)?.reasons).toEqual(['a is wrong', 'c is missing']);
  expect(refusalIn('failed')).toBeUndefined();
});
