import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a program of this folder in a process of its own, and gives what it prints, as JSON.
 *
 * @param limit What a shell does first, for example `ulimit -n 64`.
 */
export async function runProgram(name: string, args: readonly string[], limit = 'true'): Promise<unknown> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const node = [process.execPath, '--conditions=@icechunk/source', '--no-warnings', file, ...args];
  const { stdout } = await run('sh', ['-c', `${limit} && exec "$@"`, 'sh', ...node], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout);
}
