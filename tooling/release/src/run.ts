import { execFile } from 'node:child_process';
import { basename } from 'node:path';
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

/** Runs the pnpm that runs this, else the version that the repository asks for, whether or not one is installed. */
export function pnpm(args: readonly string[], options: RunOptions): Promise<string> {
  const [command, ...before] = pnpmCommand(process.env['npm_execpath']);
  return run(command, [...before, ...args], options);
}

/** @param running What a package manager says that it is to those whom it runs. */
export function pnpmCommand(running: string | undefined): readonly [command: string, ...args: string[]] {
  return running !== undefined && /^pnpm(\.exe)?$/.test(basename(running)) ? [running] : ['npx', '-y', 'pnpm@12'];
}
