import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Check } from './check.ts';
import { packedPackages } from './packed-packages.ts';

/** Sizes in KiB, two for each name: packed and unpacked of a package, minified and gzipped besides of a bundle. */
export type Sizes = ReadonlyMap<string, readonly [number, number]>;

/** Where the sizes are kept, relative to the root. */
const sizesFile = 'docs/sizes.md';

const BUNDLES = ['@icechunk/storage-core', '@icechunk/storage-memory'];

/** Below these a difference is no news: what a new sentence or another compiler brings. */
const TOLERANCE = { ratio: 0.05, kib: 2 };

/** No package became larger or smaller than a checked-in table says, so that whoever reviews a change sees what it weighs. */
export const sizes: Check = {
  name: 'sizes',
  async run(root) {
    const kept = await readFile(join(root, sizesFile), 'utf8').catch(() => undefined);
    if (kept === undefined) return { problems: [`${sizesFile} is missing: pnpm sizes writes it`] };
    const now = await measure(root);
    return { problems: sizeProblems(keptSizes(kept), now), notes: [`${now.size} sizes`] };
  },
};

/** Measures everything and writes the table anew. */
export async function writeSizes(root: string): Promise<void> {
  await writeFile(join(root, sizesFile), sizesPage(await measure(root)));
}

async function measure(root: string): Promise<Sizes> {
  const found = new Map<string, readonly [number, number]>();
  for (const { manifest, packedBytes, unpackedBytes } of await packedPackages(root)) {
    found.set(manifest.name, [kib(packedBytes), kib(unpackedBytes)]);
  }
  for (const name of BUNDLES) found.set(`${name}, bundled`, await bundleSizes(name));
  return found;
}

async function bundleSizes(name: string): Promise<readonly [number, number]> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}';`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@icechunk/source'],
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  return [kib(code.byteLength), kib(gzipSync(code).byteLength)];
}

function kib(bytes: number): number {
  return Math.round((bytes / 1024) * 10) / 10;
}

/** The page with the table. */
export function sizesPage(measured: Sizes): string {
  const rows = [...measured].map(
    ([name, [first, second]]) => `| ${name} | ${first.toFixed(1)} | ${second.toFixed(1)} |`,
  );
  const bundled = rows.filter((row) => row.includes(', bundled'));
  const packed = rows.filter((row) => !bundled.includes(row));
  return `# Sizes

In KiB. \`pnpm sizes\` writes this page; \`pnpm checks\` compares it with what it measures, and is content with a difference of
${TOLERANCE.ratio * 100} % or ${TOLERANCE.kib} KiB, whichever is more.

| package, without what it depends on | packed | unpacked |
|---|--:|--:|
${packed.join('\n')}

| everything that it exports, for a browser | minified | minified and gzipped |
|---|--:|--:|
${bundled.join('\n')}
`;
}

/** The sizes that a page says. */
export function keptSizes(page: string): Sizes {
  const rows = page.matchAll(/^\| (@[^|]+?) \| ([\d.]+) \| ([\d.]+) \|$/gm);
  return new Map([...rows].map(([, name = '', first, second]) => [name, [Number(first), Number(second)]]));
}

/** Where what was measured is not what was kept, one sentence each. */
export function sizeProblems(kept: Sizes, measured: Sizes): readonly string[] {
  const names = new Set([...kept.keys(), ...measured.keys()]);
  return [...names].flatMap((name) => {
    const [before, now] = [kept.get(name), measured.get(name)];
    if (before === undefined) return [`${sizesFile} lacks ${name}: pnpm sizes writes it`];
    if (now === undefined) return [`${sizesFile} has ${name}, which is no more: pnpm sizes takes it out`];
    if (!now.some((size, index) => isNews(before[index] ?? 0, size))) return [];
    return [
      `${sizesFile} says ${before.join(' and ')} KiB of ${name}, which has ${now.join(' and ')}: pnpm sizes writes it`,
    ];
  });
}

function isNews(before: number, now: number): boolean {
  return Math.abs(now - before) > Math.max(TOLERANCE.kib, before * TOLERANCE.ratio);
}
