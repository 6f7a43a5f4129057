import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Check, Findings } from './check.ts';

/** How each runtime is asked to run TypeScript from source. */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  node: ['--conditions=@icechunk/source'],
  deno: ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--conditions=@icechunk/source'],
  bun: ['--conditions=@icechunk/source'],
};

/** The memory and filesystem backends do their work in every runtime that the packages are said to run in. */
export const runtimes: Check = {
  name: 'runtimes',
  run: () => checkRuntimes(join(import.meta.dirname, 'runtimes/round-trip.ts')),
};

/** Runs a script in each runtime, one after the other; a script that ends with another code than 0 is a problem. */
export async function checkRuntimes(script: string): Promise<Findings> {
  const problems: string[] = [];
  const notes: string[] = [];
  for (const [runtime, args] of Object.entries(RUNTIMES)) {
    try {
      const version = await promisify(execFile)(binary(runtime), ['--version']);
      await promisify(execFile)(binary(runtime), [...args, script], { cwd: import.meta.dirname, timeout: 120_000 });
      notes.push(`${runtime} ${/\d+\.\d+\.\d+/.exec(version.stdout)?.[0]}`);
    } catch (error) {
      problems.push(`${runtime}: ${(error as { stderr?: string }).stderr?.trim() || String(error)}`);
    }
  }
  return { problems, notes };
}

function binary(runtime: string): string {
  return runtime === 'node' ? process.execPath : join(import.meta.dirname, '../node_modules/.bin', runtime);
}
