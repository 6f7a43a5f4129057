import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How far a version moves; `none` says that a change needs no release. */
export type Bump = 'major' | 'minor' | 'patch' | 'none';

/** What the changesets of a tree ask for, by package; the furthest bump where several name one. */
export async function waitingBumps(root: string): Promise<ReadonlyMap<string, Bump>> {
  const files = await readdir(join(root, '.changeset')).catch(() => []);
  const texts = files.filter((file) => file.endsWith('.md') && file !== 'README.md');
  const read = await Promise.all(texts.map((file) => readFile(join(root, '.changeset', file), 'utf8')));
  const bumps = new Map<string, Bump>();
  for (const [name, bump] of read.flatMap(bumpsIn)) {
    if (ORDER.indexOf(bump) >= ORDER.indexOf(bumps.get(name) ?? 'none')) bumps.set(name, bump);
  }
  return bumps;
}

/** Writes a changeset that moves each package by as much. */
export async function writeChangeset(root: string, file: string, names: readonly string[], bump: Bump): Promise<void> {
  const bumps = names.map((name) => `'${name}': ${bump}\n`).join('');
  await writeFile(join(root, '.changeset', file), `---\n${bumps}---\n\nA rehearsal of a release.\n`);
}

const ORDER: readonly Bump[] = ['none', 'patch', 'minor', 'major'];

/** @see https://github.com/changesets/changesets/blob/main/docs/detailed-explanation.md (seen 2026-11) */
function bumpsIn(text: string): [string, Bump][] {
  const front = /^---\r?\n([\s\S]*?)^---/m.exec(text)?.[1] ?? '';
  const found = front.matchAll(/^\s*(['"]?)([^'":]+)\1\s*:\s*(['"]?)(major|minor|patch|none)\3\s*$/gm);
  return [...found].map(([, , name = '', , bump]) => [name, bump as Bump]);
}
