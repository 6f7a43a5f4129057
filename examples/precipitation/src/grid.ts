import { readFile } from 'node:fs/promises';

/** Annual precipitation: whole millimetres in cells of one degree, from 180° W eastwards and from the north southwards. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  /** Row by row, `width * height` of them. */
  readonly values: Int32Array;
}

/** A part of a grid in cells: half-open, counted from the north-west corner. */
export interface Box {
  readonly rows: readonly [start: number, end: number];
  readonly columns: readonly [start: number, end: number];
}

/** The Sahara, roughly: 15° to 32° N, 15° W to 35° E. */
export const sahara: Box = { rows: [55, 72], columns: [165, 215] };

/**
 * The grid of the npm package `vega-datasets`, 360 x 168 cells.
 *
 * @see https://github.com/vega/vega-datasets, `data/annual-precip.json` (seen 2026-11)
 */
export async function readSource(): Promise<Grid> {
  const data = new URL('../data/annual-precip.json', import.meta.resolve('vega-datasets'));
  const { width, height, values } = JSON.parse(await readFile(data, 'utf8')) as Grid;
  if (values.length !== width * height) throw new Error(`${data.href} holds ${values.length} values`);
  return { width, height, values: Int32Array.from(values) };
}

/** The same grid with more rain in a part of it. */
export function withRain(grid: Grid, { rows, columns }: Box, millimetres: number): Grid {
  const values = grid.values.slice();
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const cell = row * grid.width + column;
      values[cell] = (values[cell] ?? 0) + millimetres;
    }
  }
  return { ...grid, values };
}

/** The cells of a part, row by row. */
export function cellsOf(grid: Grid, { rows, columns }: Box): Int32Array {
  const parts = [];
  for (let row = rows[0]; row < rows[1]; row++) {
    parts.push(...grid.values.subarray(row * grid.width + columns[0], row * grid.width + columns[1]));
  }
  return Int32Array.from(parts);
}

/** How many cells of two grids are the same, and how many there are. */
export function compare(a: Grid, b: Grid): { readonly equal: number; readonly cells: number } {
  if (a.width !== b.width || a.height !== b.height) return { equal: 0, cells: b.values.length };
  return {
    equal: b.values.reduce((equal, value, cell) => equal + (a.values[cell] === value ? 1 : 0), 0),
    cells: b.values.length,
  };
}

/** The means along one axis, in millimetres: of each row from north to south, or of each column from west to east. */
export function meansOf(grid: Grid, axis: 'latitude' | 'longitude'): Float64Array {
  const { width, height, values } = grid;
  const means = new Float64Array(axis === 'latitude' ? height : width);
  const share = axis === 'latitude' ? width : height;
  values.forEach((value, cell) => {
    const index = axis === 'latitude' ? Math.floor(cell / width) : cell % width;
    means[index] = (means[index] ?? 0) + value;
  });
  return means.map((sum) => sum / share);
}
