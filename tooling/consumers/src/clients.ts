import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@icechunk-tooling/processes';

/** How a client lays packages out: all side by side, each with links to its own, or in archives. */
export type Layout = 'flat' | 'linked' | 'archives';

/** A program that installs packages. */
export interface Client {
  readonly name: string;
  readonly layout: Layout;
  /** Makes an empty project in a folder, and installs packages there. */
  install(folder: string, specs: readonly string[]): Promise<void>;
}

const YARN = fileURLToPath(import.meta.resolve('@yarnpkg/cli-dist/bin/yarn.js'));

/** The client that READMEs write commands for. */
export interface Npm extends Client {
  /** `npm install` with these arguments, in a project that is there. */
  add(folder: string, args: readonly string[]): Promise<void>;
}

/** Every client, and npm among them by name. */
export interface Clients {
  readonly all: readonly Client[];
  readonly npm: Npm;
}

/**
 * The clients, each with a cache of its own below `home`, which its installs share. They see nothing of this machine's configuration: no
 * variable, no npmrc.
 *
 * Packages that are new are held back by default in pnpm and Yarn, for a day; here they are minutes old, and the wait is turned off.
 */
export async function makeClients(registryUrl: string, home: string): Promise<Clients> {
  await mkdir(home, { recursive: true });
  const env = {
    PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: home,
    npm_config_registry: registryUrl,
    npm_config_update_notifier: 'false',
  };
  const ofNpm = npm(env);
  return { npm: ofNpm, all: [ofNpm, await pnpm(env), yarn(env, 'node-modules'), yarn(env, 'pnp')] };
}

function npm(env: NodeJS.ProcessEnv): Npm {
  const add = async (folder: string, args: readonly string[]): Promise<void> => {
    await run('npm', ['install', '--no-audit', '--no-fund', ...args], { cwd: folder, env });
  };
  return {
    name: 'npm',
    layout: 'flat',
    async install(folder, specs) {
      await startProject(folder);
      await add(folder, specs);
    },
    add,
  };
}

async function pnpm(env: NodeJS.ProcessEnv): Promise<Client> {
  // Found with this machine's own cache, so that it is not downloaded into the clients' one.
  const found = await run('npx', ['-y', '--loglevel=silent', '-p', 'pnpm@12', '-c', 'command -v pnpm'], {
    cwd: import.meta.dirname,
  });
  return {
    name: 'pnpm',
    layout: 'linked',
    async install(folder, specs) {
      await startProject(folder);
      await writeFile(join(folder, '.npmrc'), `registry=${env['npm_config_registry']}\n`);
      await writeFile(join(folder, 'pnpm-workspace.yaml'), 'minimumReleaseAge: 0\n');
      await run(found.trim(), ['add', ...specs], { cwd: folder, env });
    },
  };
}

function yarn(env: NodeJS.ProcessEnv, nodeLinker: 'node-modules' | 'pnp'): Client {
  const settings = {
    nodeLinker,
    npmRegistryServer: env['npm_config_registry'],
    unsafeHttpWhitelist: ['127.0.0.1'],
    npmMinimalAgeGate: 0,
    enableTelemetry: false,
    // What is installed can then be read as JSON.
    pnpEnableInlining: false,
  };
  return {
    name: nodeLinker === 'pnp' ? 'yarn pnp' : 'yarn',
    layout: nodeLinker === 'pnp' ? 'archives' : 'flat',
    async install(folder, specs) {
      await startProject(folder);
      // JSON is YAML.
      await writeFile(join(folder, '.yarnrc.yml'), JSON.stringify(settings));
      await run(process.execPath, [YARN, 'add', ...specs], { cwd: folder, env });
    },
  };
}

async function startProject(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
}
