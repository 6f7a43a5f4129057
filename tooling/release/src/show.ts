import type { Tarball } from './tarball.ts';

/** Columns as wide as their widest cell. Cells that are numbers stand at the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => padded(cell, widths[column] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

function padded(cell: string, width: number): string {
  return /^\d/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
}

/** What is in each tarball: its files by kind, and its sizes. */
export function contentsTable(tarballs: readonly Tarball[]): string {
  const head = ['package', 'version', 'compiled', 'maps', 'sources', 'packed', 'unpacked', 'others'];
  return table([head, ...tarballs.map(rowOf)]);
}

function rowOf({ manifest, files, packedBytes, unpackedBytes }: Tarball): string[] {
  const paths = [...files.keys()];
  const maps = paths.filter((path) => path.endsWith('.map'));
  const compiled = paths.filter((path) => path.startsWith('dist/') && !path.endsWith('.map'));
  const sources = paths.filter((path) => path.startsWith('src/'));
  const others = paths.filter((path) => !/^(?:dist|src)\//.test(path));
  const counts = [compiled, maps, sources].map(({ length }) => String(length));
  return [manifest.name, manifest.version, ...counts, kib(packedBytes), kib(unpackedBytes), others.sort().join(' ')];
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** The newest part of a changelog: the heading of the version and all below it, up to the version before. */
export function newestEntry(changelog: string): string {
  return /^## [\s\S]*?(?=^## |(?![\s\S]))/m.exec(changelog)?.[0].trim() ?? '';
}
