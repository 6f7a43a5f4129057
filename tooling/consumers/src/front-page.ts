import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Npm } from './clients.ts';
import { runPrograms, type Surroundings } from './consume.ts';
import { installCommands, snippetsOf } from './readme.ts';
import { runtimes } from './runtimes.ts';

const SUBJECT = 'the front page';

/**
 * What the front page has a reader do, with npm: each command of its section Install, one after the other, and its first snippet, which
 * commits to a repository with the engine. In Node alone: for the engine elsewhere see its own pages.
 */
export async function consumeFrontPage(
  npm: Npm,
  checkout: string,
  { results, servers, folder: parent }: Surroundings,
): Promise<void> {
  const readme = await readFile(join(checkout, 'README.md'), 'utf8');
  const folder = join(parent, 'front-page');
  const installs = await results.check(SUBJECT, npm.name, 'install', async () => {
    await npm.install(folder, []);
    for (const command of installCommands(readme)) await npm.add(folder, command);
  });
  if (!installs) return;
  for (const runtime of runtimes.filter(({ isNode }) => isNode)) {
    const programs = snippetsOf(readme).slice(0, 1);
    await results.check(SUBJECT, npm.name, runtime.name, () => runPrograms(programs, runtime, folder, npm, servers));
  }
}
