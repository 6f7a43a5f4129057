import { describe, expect, it } from 'vitest';
import { tableOf } from '../../src/conformance/table.ts';

describe('tableOf', () => {
  it('adds up by group in the order in which groups come, in lines of one width', () => {
    const lines = tableOf(
      [
        { id: 'put.a', outcome: 'pass', durationMs: 1_000.4 },
        { id: 'a-long-group.a', outcome: 'fail', durationMs: 0.4 },
        { id: 'put.b', outcome: 'skip', durationMs: 0 },
      ],
      ({ id }) => id.slice(0, id.indexOf('.')),
    );
    expect(lines.map((line) => line.trim().split(/ +/))).toEqual([
      ['group', 'passed', 'failed', 'skipped', 'ms'],
      ['put', '1', '0', '1', '1000'],
      ['a-long-group', '0', '1', '0', '0'],
      ['all', '1', '1', '1', '1001'],
    ]);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });

  it('is a line of nothing for no result', () => {
    expect(tableOf([], () => '')).toHaveLength(2);
  });
});
