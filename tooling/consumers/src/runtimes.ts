import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from '@icechunk-tooling/processes';
import type { Layout } from './clients.ts';

/** What runs a consumer's program, which is TypeScript as it stands: each strips the types by itself. */
export interface Runtime {
  readonly name: string;
  readonly version: string;
  /** What it can run: Deno and Bun know nothing of archives, and are asked once, where packages lie side by side. */
  readonly layouts: readonly Layout[];
  /** Has `require()`, and so is asked for what it makes of the packages, which are ES modules. */
  readonly isNode: boolean;
  /** Runs a file of a project. Rejects where it ends with another code than 0. @returns What it wrote. */
  run(file: string, project: Project, args?: readonly string[]): Promise<string>;
}

/** Where a program runs. */
interface Project {
  readonly layout: Layout;
  /** The folder into which packages were installed. */
  readonly folder: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const BIN = join(import.meta.dirname, '../node_modules/.bin');
const NODE_22 = join(import.meta.dirname, '../node_modules/node22/bin/node');
const TIMEOUT_MS = 60_000;

/** Node 22 and the Node that runs this, Bun and Deno. */
export const runtimes: readonly Runtime[] = [
  node(NODE_22, versionOf('node22')),
  node(process.execPath, process.versions.node),
  {
    name: 'bun',
    version: versionOf('bun'),
    layouts: ['flat'],
    isNode: false,
    // Without its own way of getting a package that is not there.
    run: (file, { cwd, env }, args = []) =>
      run(join(BIN, 'bun'), ['--no-install', file, ...args], { cwd, env, timeoutMs: TIMEOUT_MS }),
  },
  {
    name: 'deno',
    version: versionOf('deno'),
    layouts: ['flat'],
    isNode: false,
    run: (file, { cwd, env }, args = []) => {
      const flags = ['--allow-all', '--no-lock', '--no-remote', '--node-modules-dir=manual'];
      return run(join(BIN, 'deno'), ['run', ...flags, file, ...args], { cwd, env, timeoutMs: TIMEOUT_MS });
    },
  },
];

function node(command: string, version: string): Runtime {
  return {
    name: `node ${version.split('.')[0]}`,
    version,
    layouts: ['flat', 'linked', 'archives'],
    isNode: true,
    run: (file, { layout, folder, cwd, env }, args = []) => {
      const flags = ['--disable-warning=ExperimentalWarning', ...(layout === 'archives' ? plugAndPlay(folder) : [])];
      return run(command, [...flags, file, ...args], { cwd, env, timeoutMs: TIMEOUT_MS });
    },
  };
}

/** What `yarn node` adds to a command. */
function plugAndPlay(folder: string): readonly string[] {
  const loader = pathToFileURL(join(folder, '.pnp.loader.mjs')).href;
  return ['--disable-warning=DEP0205', '--require', join(folder, '.pnp.cjs'), '--experimental-loader', loader];
}

function versionOf(name: string): string {
  const text = readFileSync(join(import.meta.dirname, '../node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
