import type { Spread } from '../paired.ts';
import type { Standing } from './compete.ts';

/** What was done, and how everybody stood. */
export interface CloudRow {
  readonly case: string;
  readonly standings: readonly Standing[];
}

const headings = ['case', 'who', 'operations/s', 'µs CPU', 'MiB grown', 'ours over it, wall', 'ours over it, CPU'];

/** The rows as a table in Markdown; what ours is compared with stands in its rival's line. */
export function cloudTable(rows: readonly CloudRow[]): string {
  const lines = rows.flatMap((row) =>
    row.standings.map((standing, index) => [
      index === 0 ? row.case : '',
      standing.name,
      number(1_000_000 / standing.wallMicros.median),
      number(standing.cpuMicros.median),
      number(standing.grownMebibytes.median),
      ...(index === 0 ? ['', ''] : [figures(standing.wallRatio), figures(standing.cpuRatio)]),
    ]),
  );
  return [headings, headings.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function figures({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
