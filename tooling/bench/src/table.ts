import type { Measurement, Spread } from './paired.ts';

const headings = ['case', 'against', 'ratio (min to max)', 'ours', 'goal', ''] as const;

/** The measurements as a table in Markdown. */
export function table(rows: readonly Measurement[]): string {
  const lines = rows.map((row) => [
    row.case,
    row.rival,
    row.ratio ? `${figures(row.ratio)}` : '',
    `${number(row.ours.median)} ${row.figure}`,
    row.goal,
    row.reached ? 'reached' : 'MISSED',
  ]);
  return [headings, headings.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function figures({ median, min, max }: Spread): string {
  return `${number(median)} (${number(min)} to ${number(max)})`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
