import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from './clients.ts';

/** A package as it was installed: each copy is one. */
export interface Installed {
  readonly name: string;
  readonly version: string;
}

/** Every copy of every package that a client put into a folder, whatever its layout. */
export async function installedIn(folder: string, { layout }: Pick<Client, 'layout'>): Promise<readonly Installed[]> {
  return layout === 'archives' ? await inArchives(folder) : await inModules(folder);
}

async function inModules(folder: string): Promise<readonly Installed[]> {
  const folders = new Set<string>();
  await walk(join(folder, 'node_modules'), folders);
  return await Promise.all([...folders].map(manifestOf));
}

/** Collects the real folders of packages below a `node_modules`, with those nested in them. */
async function walk(modules: string, into: Set<string>): Promise<void> {
  for (const name of await namesIn(modules)) {
    if (name === '.pnpm') await walkStore(join(modules, name), into);
    else if (name.startsWith('@'))
      for (const own of await namesIn(join(modules, name))) await keep(join(modules, name, own), into);
    else if (!name.startsWith('.')) await keep(join(modules, name), into);
  }
}

async function walkStore(store: string, into: Set<string>): Promise<void> {
  for (const name of await namesIn(store)) {
    if (name !== 'node_modules') await walk(join(store, name, 'node_modules'), into);
  }
}

async function keep(folder: string, into: Set<string>): Promise<void> {
  const real = await realpath(folder);
  if (into.has(real)) return;
  into.add(real);
  await walk(join(real, 'node_modules'), into);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

async function manifestOf(folder: string): Promise<Installed> {
  const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Installed;
  return { name, version };
}

// yarnpkg.com/advanced/pnp-spec (seen 2026-11): pairs of names with pairs of references; the project's own have `workspace:`.
async function inArchives(folder: string): Promise<readonly Installed[]> {
  const { packageRegistryData } = JSON.parse(await readFile(join(folder, '.pnp.data.json'), 'utf8')) as {
    readonly packageRegistryData: readonly [string | null, readonly [string | null, unknown][]][];
  };
  const copies = packageRegistryData.flatMap(([name, references]) =>
    references.flatMap(([reference]) => {
      const [, version] = /(?:^|#)npm:([^:]+)/.exec(reference ?? '') ?? [];
      return name !== null && version !== undefined ? [`${name} ${version}`] : [];
    }),
  );
  // One with peers stands there once for itself, and once for each set of them.
  return [...new Set(copies)].map((copy) => {
    const [name = '', version = ''] = copy.split(' ');
    return { name, version };
  });
}
