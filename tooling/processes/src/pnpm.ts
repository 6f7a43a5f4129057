import { basename } from 'node:path';
import { type RunOptions, run } from './run.ts';

/** Runs the pnpm that runs this, else the version that the repository asks for, whether or not one is installed. */
export function pnpm(args: readonly string[], options: RunOptions): Promise<string> {
  const [command, ...before] = pnpmCommand(process.env['npm_execpath']);
  return run(command, [...before, ...args], options);
}

/** @param running What a package manager says that it is to those whom it runs. */
export function pnpmCommand(running: string | undefined): readonly [command: string, ...args: string[]] {
  return running !== undefined && /^pnpm(\.exe)?$/.test(basename(running)) ? [running] : ['npx', '-y', 'pnpm@12'];
}
