import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import type { Check, Findings } from './check.ts';
import { saidBy } from './said-by.ts';

/** How each runtime is asked to run TypeScript from source. */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  node: ['--conditions=@icechunk/source'],
  deno: ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--conditions=@icechunk/source'],
  bun: ['--conditions=@icechunk/source'],
};

/**
 * The memory and filesystem backends do their work in every runtime that the packages are said to run in, and so does the
 * conformance suite.
 */
export const runtimes: Check = {
  name: 'runtimes',
  run: () =>
    checkRuntimes(['round-trip.ts', 'conformance.ts'].map((name) => join(import.meta.dirname, 'runtimes', name))),
};

/**
 * Runs scripts in each runtime, one after the other; a script that ends with another code than 0 is a problem.
 *
 * @returns A note for each runtime: its version, and the last line of what each script said.
 */
export async function checkRuntimes(scripts: readonly string[]): Promise<Findings> {
  const problems: string[] = [];
  const notes: string[] = [];
  for (const [runtime, args] of Object.entries(RUNTIMES)) {
    try {
      const version = /\d+\.\d+\.\d+/.exec(await output(runtime, ['--version']))?.[0];
      const said: (string | undefined)[] = [];
      for (const script of scripts) said.push((await output(runtime, [...args, script])).trim().split('\n').at(-1));
      notes.push(`${runtime} ${version}: ${said.join(', ')}`);
    } catch (error) {
      problems.push(`${runtime}: ${saidBy(error).join('\n')}`);
    }
  }
  return { problems, notes };
}

async function output(runtime: string, args: readonly string[]): Promise<string> {
  return await run(binary(runtime), args, { cwd: import.meta.dirname, timeoutMs: 120_000 });
}

function binary(runtime: string): string {
  return runtime === 'node' ? process.execPath : join(import.meta.dirname, '../node_modules/.bin', runtime);
}
