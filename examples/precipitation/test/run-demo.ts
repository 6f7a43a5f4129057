import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What a run of the demo, as a process of its own, came to. */
export interface DemoRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the demo as `pnpm demo` does, with its output in pipes. */
export async function runDemo(...args: string[]): Promise<DemoRun> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const flags = ['--conditions=@icechunk/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}
