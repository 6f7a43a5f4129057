import { describe, expect, it } from 'vitest';
import { paired, ratios, spread } from '../src/paired.ts';
import { table } from '../src/table.ts';

const round = (wallMicros: number) => ({ wallMicros, cpuMicros: 1 });

describe('spread', () => {
  it('is the median with the least and the most', () => {
    expect(spread([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
    expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
  });
});

describe('ratios', () => {
  it('are taken round by round', () => {
    expect(ratios([round(10), round(300), round(4)], [round(5), round(100), round(4)], 'wallMicros')).toEqual({
      median: 2,
      min: 1,
      max: 3,
    });
  });
});

describe('paired', () => {
  it('runs both in turn, and does not count the first round', async () => {
    const ran: string[] = [];
    const contender = (name: string) => ({
      name,
      run: async (operations: number) => void ran.push(`${name}${operations}`),
    });
    const measured = await paired(contender('a'), contender('b'), 3, 2);
    expect(ran).toEqual(['b3', 'a3', 'a3', 'b3', 'b3', 'a3']);
    expect([measured.ours.length, measured.rival.length]).toEqual([2, 2]);
  });
});

describe('table', () => {
  it('shows what was missed', () => {
    const ours = { median: 1, min: 1, max: 1 };
    const row = {
      case: 'x',
      rival: 'y',
      figure: 'µs',
      ours,
      ratio: { median: 3.125, min: 1, max: 200 },
      goal: '≤ 2 ×',
      reached: false,
    };
    expect(table([row]).split('\n')[2]).toBe('| x | y | 3.13 (1.00 to 200) | 1.00 µs | ≤ 2 × | MISSED |');
  });
});
