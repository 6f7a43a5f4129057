import type { Grid } from './grid.ts';

// Millimetres a year from which each step of the scale begins, and its colour of the terminal's 256.
const steps: readonly { readonly from: number; readonly shade: string; readonly colour: number }[] = [
  { from: 0, shade: ' ', colour: 230 },
  { from: 250, shade: '░', colour: 151 },
  { from: 750, shade: '▒', colour: 79 },
  { from: 1_500, shade: '▓', colour: 37 },
  { from: 2_500, shade: '█', colour: 25 },
];

/**
 * A grid as lines of text, north up.
 *
 * @param columns Characters in a line; a character is taken to be twice as high as wide.
 * @param colours `true` draws with the terminal's 256 colours, two cells to a character; `false` with shades.
 */
export function drawMap(grid: Grid, columns: number, colours: boolean): string[] {
  const rows = Math.round((columns * grid.height) / grid.width / 2);
  const draw = colours ? colourLine : shadeLine;
  const pixels = shrink(grid, columns, colours ? rows * 2 : rows);
  return Array.from({ length: rows }, (_, row) => draw(pixels, row));
}

/** What the steps of the scale mean. */
export function drawLegend(colours: boolean): string {
  const texts = steps.map(({ from, shade, colour }) => `${colours ? paint('█', colour) : `[${shade}]`} ${from}`);
  return `${texts.join('  ')}  mm a year, and more`;
}

function shadeLine(pixels: readonly (readonly number[])[], row: number): string {
  return (pixels[row] ?? []).map((value) => stepOf(value).shade).join('');
}

function colourLine(pixels: readonly (readonly number[])[], row: number): string {
  const lower = pixels[row * 2 + 1] ?? [];
  return (pixels[row * 2] ?? [])
    .map((value, column) => {
      const background = `\u001b[48;5;${stepOf(lower[column] ?? 0).colour}m`;
      return `${background}${paint('▀', stepOf(value).colour)}`;
    })
    .join('');
}

function paint(text: string, colour: number): string {
  return `\u001b[38;5;${colour}m${text}\u001b[0m`;
}

function stepOf(value: number): { readonly shade: string; readonly colour: number } {
  return steps.findLast(({ from }) => value >= from) ?? { shade: ' ', colour: 230 };
}

// Means over the cells that fall on a pixel.
function shrink({ width, height, values }: Grid, columns: number, rows: number): number[][] {
  const sums = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ sum: 0, cells: 0 })));
  values.forEach((value, cell) => {
    const row = Math.floor((Math.floor(cell / width) * rows) / height);
    const pixel = sums[row]?.[Math.floor(((cell % width) * columns) / width)];
    if (!pixel) return;
    pixel.sum += value;
    pixel.cells += 1;
  });
  return sums.map((line) => line.map(({ sum, cells }) => sum / cells));
}
