import { describe, expect, it } from 'vitest';
import { cellsOf, compare, meansOf, readSource, withRain } from '../src/grid.ts';

const grid = { width: 3, height: 2, values: Int32Array.of(1, 2, 3, 4, 5, 6) };
const box = { rows: [0, 2], columns: [1, 2] } as const;

describe('a grid', () => {
  it('comes from the package as it is described', async () => {
    const source = await readSource();
    expect([source.width, source.height, source.values.length]).toEqual([360, 168, 60_480]);
    expect(Math.min(...source.values)).toBeGreaterThanOrEqual(0);
  });

  it('gets rain in a part of it only', () => {
    expect(withRain(grid, box, 10).values).toEqual(Int32Array.of(1, 12, 3, 4, 15, 6));
    expect(grid.values).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
    expect(cellsOf(grid, box)).toEqual(Int32Array.of(2, 5));
    expect(cellsOf(grid, { rows: [1, 2], columns: [0, 2] })).toEqual(Int32Array.of(4, 5));
  });

  it('is compared cell by cell', () => {
    expect(compare(grid, grid)).toEqual({ equal: 6, cells: 6 });
    expect(compare(withRain(grid, box, 1), grid)).toEqual({ equal: 4, cells: 6 });
    expect(compare({ width: 2, height: 3, values: grid.values }, grid)).toEqual({ equal: 0, cells: 6 });
  });

  it('has means along both axes', () => {
    expect(meansOf(grid, 'latitude')).toEqual(Float64Array.of(2, 5));
    expect(meansOf(grid, 'longitude')).toEqual(Float64Array.of(2.5, 3.5, 4.5));
  });
});
