import { expect, it } from 'vitest';
import { cellsOf } from '../src/commit.ts';

it('writes a name as the codes of its characters', () => {
  expect([...cellsOf('w1-0')]).toEqual([119, 49, 45, 48]);
});
