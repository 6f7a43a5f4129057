import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drawLegend, drawMap } from '../src/map.ts';

// The north is dry and the south is wet; the west is a little wetter than the east.
const grid = {
  width: 4,
  height: 4,
  values: Int32Array.of(300, 300, 0, 0, 300, 300, 0, 0, ...Array<number>(8).fill(3_000)),
};

describe('drawMap', () => {
  it('draws north up, with a shade for each pixel', () => {
    expect(drawMap(grid, 4, false)).toEqual(['░░  ', '████']);
    expect(drawMap(grid, 2, false)).toHaveLength(1);
  });

  it('takes the mean of the cells that fall on a pixel', () => {
    expect(drawMap({ width: 4, height: 2, values: Int32Array.of(0, 600, 0, 0, 0, 600, 0, 0) }, 2, false)).toEqual([
      '░ ',
    ]);
  });

  it('draws two rows to a line in colour, and ends each colour', () => {
    const lines = drawMap(grid, 4, true);
    expect(lines.map(stripVTControlCharacters)).toEqual(['▀▀▀▀', '▀▀▀▀']);
    for (const line of lines) expect(line.endsWith('\u001b[0m')).toBe(true);
    expect(lines[0]).not.toBe(lines[1]);
  });
});

describe('drawLegend', () => {
  it('names the steps, in colour only where asked', () => {
    expect(drawLegend(false)).toBe('[ ] 0  [░] 250  [▒] 750  [▓] 1500  [█] 2500  mm a year, and more');
    expect(stripVTControlCharacters(drawLegend(true))).toContain('1500');
    expect(drawLegend(true)).toContain('\u001b[38;5;');
  });
});
