import { expect, it } from 'vitest';
import { cloudTable } from '../../src/cloud/table.ts';

it('sets each rival below ours, with ours over it', () => {
  const one = { median: 2, min: 1, max: 3 };
  const standing = { wallMicros: { median: 1_000, min: 1, max: 1 }, cpuMicros: one, grownMebibytes: one };
  const row = {
    case: 'get',
    standings: [
      { name: 'ours', ...standing, wallRatio: one, cpuRatio: one },
      { name: 'rival', ...standing, wallRatio: one, cpuRatio: one },
    ],
  };
  expect(cloudTable([row]).split('\n').slice(2)).toEqual([
    '| get | ours | 1000 | 2.0 | 2.0 |  |  |',
    '|  | rival | 1000 | 2.0 | 2.0 | 2.00 (1.00 to 3.00) | 2.00 (1.00 to 3.00) |',
  ]);
});
