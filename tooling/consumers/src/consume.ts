import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleForBrowser } from './browser.ts';
import type { Client } from './clients.ts';
import { contentsProblems } from './contents.ts';
import { installedIn } from './installed.ts';
import type { LocalServers } from './local-servers.ts';
import type { PublishedPackage } from './packages.ts';
import type { Results } from './results.ts';
import { type Runtime, runtimes } from './runtimes.ts';
import type { Subject } from './subjects.ts';
import { checkTypes, MODULE_MODES, type ModuleMode } from './type-check.ts';

/** What every consumer has in common. */
export interface Surroundings {
  readonly results: Results;
  readonly servers: LocalServers;
  readonly all: readonly PublishedPackage[];
  /** Where folders of consumers go; outside the repository, and removed by its owner. */
  readonly folder: string;
}

const REQUIRED = join(import.meta.dirname, '../programs/required.cjs');
const MODES = Object.keys(MODULE_MODES) as ModuleMode[];

/** Installs a package alone with one client, and tries all that is asked of it; what came of each goes to the results. */
export async function consume(subject: Subject, client: Client, surroundings: Surroundings): Promise<void> {
  const { results, all } = surroundings;
  const { name, manifest } = subject.of;
  const folder = join(surroundings.folder, `${name.replace(/.*\//, '')}-${client.name.replace(' ', '-')}`);
  const check = (column: string, act: () => Promise<unknown>): Promise<boolean> =>
    results.check(name, client.name, column, act);

  if (!(await check('install', () => client.install(folder, [name])))) return;
  await check('contents', async () => {
    const others = all.map((one) => one.manifest);
    const problems = contentsProblems(manifest, others, await installedIn(folder, client));
    if (problems.length > 0) throw new Error(problems.join('\n'));
  });
  for (const runtime of runtimes.filter(({ layouts }) => layouts.includes(client.layout))) {
    await check(runtime.name, () => runPrograms(subject.programs, runtime, folder, client, surroundings.servers));
    if (runtime.isNode) await check(`${runtime.name} require()`, () => requireAll(subject, runtime, folder, client));
  }
  if (client.layout === 'archives') return; // which TypeScript cannot read
  for (const mode of MODES)
    await check(`types ${mode}`, () => checkTypes(folder, { ...subject, mode, platform: 'node' }));
  if (!subject.forBrowsers || client.name !== 'npm') return;
  await check('types browser', () => checkTypes(folder, { ...subject, mode: 'bundler', platform: 'browser' }));
  await check('bundle', async () => results.notes.push(...(await bundleForBrowser(folder, subject.specifiers))));
}

/** Runs TypeScript as it stands, each program in an empty folder below the project, where its imports are found. */
export async function runPrograms(
  programs: readonly string[],
  runtime: Runtime,
  folder: string,
  { layout }: Pick<Client, 'layout'>,
  servers: LocalServers,
): Promise<void> {
  for (const [index, program] of programs.entries()) {
    const cwd = join(folder, `${runtime.name.replace(' ', '-')}-${index}`);
    const file = join(cwd, 'program.ts');
    await mkdir(cwd);
    await writeFile(file, await servers.readdress(program));
    await runtime.run(file, { layout, folder, cwd, env: environment(cwd) });
  }
}

async function requireAll(
  { specifiers }: Subject,
  runtime: Runtime,
  folder: string,
  { layout }: Client,
): Promise<void> {
  const file = join(folder, 'required.cjs');
  await copyFile(REQUIRED, file);
  await runtime.run(file, { layout, folder, cwd: folder, env: environment(folder) }, specifiers);
}

/** Nothing of this machine's configuration, nor of its clouds' credentials. */
function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
}
