import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where a program runs, and with what beside this process' own environment. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * What a program wrote to its standard output.
 *
 * @throws Error With the command and what it said, where it ends with another code than 0.
 */
export async function run(command: string, args: readonly string[], { cwd, env = {} }: RunOptions): Promise<string> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  try {
    return (await promisify(execFile)(command, [...args], options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const said = `${stderr}${stdout}`.trim() || String(error);
    throw new Error(`${[command, ...args].join(' ')}: ${said}`, { cause: error });
  }
}

/** Runs pnpm in the version that the repository asks for, whether or not one is installed. */
export function pnpm(args: readonly string[], options: RunOptions): Promise<string> {
  return run('npx', ['-y', 'pnpm@12', ...args], options);
}
