import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import { commitAll } from './checkout.ts';
import type { Client } from './clients.ts';
import { runPrograms, type Surroundings } from './consume.ts';
import { installedIn } from './installed.ts';
import { CORE, type Manifest, packagesOf } from './packages.ts';
import { publishAll } from './publish.ts';
import { runtimes } from './runtimes.ts';
import { checkTypes } from './type-check.ts';

const BACKEND = '@icechunk/storage-memory';
const TAG = 'with-another-core';
const PROGRAM = join(import.meta.dirname, '../programs/two-cores.ts');
const SUBJECT = 'two versions of core';

/**
 * Publishes the memory backend once more, on a core whose version no range of the other packages takes, both under an npm tag of their
 * own. The checkout is afterwards as it was.
 */
export async function publishAnotherCore(registryUrl: string, checkout: string): Promise<void> {
  const git = (...args: readonly string[]): Promise<string> => run('git', args, { cwd: checkout });
  const before = (await git('rev-parse', 'HEAD')).trim();
  const tags = (await git('tag')).trim();
  try {
    for (const { name, folder } of await packagesOf(checkout)) {
      const file = join(folder, 'package.json');
      if (name === CORE || name === BACKEND) await writeFile(file, withNextMajor(await readFile(file, 'utf8')));
    }
    await commitAll(checkout, 'Have another core');
    await publishAll(registryUrl, checkout, { tag: TAG });
  } finally {
    await git('reset', '--quiet', '--hard', before);
    const left = (await git('tag')).split('\n').filter((tag) => tag !== '' && !tags.split('\n').includes(tag));
    if (left.length > 0) await git('tag', '--delete', ...left);
  }
}

/** The manifest with a version of the next major, which neither `^` nor `~` of the old one takes. */
export function withNextMajor(text: string): string {
  const manifest = JSON.parse(text) as Manifest;
  const major = Number(manifest.version.split('.')[0]) + 1;
  return `${JSON.stringify({ ...manifest, version: `${major}.0.0` }, undefined, 2)}\n`;
}

/** Installs a backend with a core of its own below that of the user, and sees what each makes of the other's. */
export async function consumeTwoCores(client: Client, surroundings: Surroundings): Promise<void> {
  const { results, servers, all, folder: parent } = surroundings;
  const core = all.find(({ name }) => name === CORE);
  const folder = join(parent, `two-cores-${client.name.replace(' ', '-')}`);
  const check = (column: string, act: () => Promise<unknown>): Promise<boolean> =>
    results.check(SUBJECT, client.name, column, act);
  if (!(await check('install', () => client.install(folder, [`${CORE}@${core?.version}`, `${BACKEND}@${TAG}`]))))
    return;
  await check('contents', async () => {
    const cores = (await installedIn(folder, client)).filter(({ name }) => name === CORE);
    if (cores.length !== 2) throw new Error(`expected two versions of core, found ${JSON.stringify(cores)}`);
  });
  const program = await readFile(PROGRAM, 'utf8');
  for (const runtime of runtimes.filter(({ layouts }) => layouts.includes(client.layout)))
    await check(runtime.name, () => runPrograms([program], runtime, folder, client, servers));
  if (client.layout === 'archives') return;
  const project = { mode: 'nodenext', platform: 'node', specifiers: [CORE, BACKEND], snippets: [program] } as const;
  await check('types nodenext', () => checkTypes(folder, project));
}
