import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How a program is started. */
export interface RunOptions {
  readonly cwd: string;
  /** All that it sees of the environment; that of this process unless given. */
  readonly env?: NodeJS.ProcessEnv;
  /** After how long it is ended, though not what it started, and counts as failed; 5 minutes unless given. */
  readonly timeoutMs?: number;
}

/** What came of a program that did not end with 0. */
export class RunFailed extends Error {
  override readonly name: string = 'RunFailed';
  /** All that it wrote, on both streams in the order in which it came, without space around it. */
  readonly output: string;

  constructor(command: readonly string[], how: string, output: string) {
    super(`${command.join(' ')}\n${how}\n${output.trim() || '(it wrote nothing)'}`);
    this.output = output.trim();
  }
}

/**
 * Runs a program to its end, without a shell and without input.
 *
 * @returns What it wrote to its standard output.
 * @throws {@link RunFailed} With the command and all that it wrote.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env = process.env, timeoutMs = 300_000 } = options;
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let [stdout, output] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  // What it had started may go on, and hold its streams open.
  child.once('exit', () => {
    if (!child.killed) return;
    child.stdout.destroy();
    child.stderr.destroy();
  });
  const started = performance.now();
  try {
    await once(child, 'close');
  } catch (err) {
    throw new RunFailed([command, ...args], `was not started in ${cwd}: ${String(err)}`, output);
  }
  if (child.exitCode === 0) return stdout;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const how = `ended with ${child.exitCode ?? child.signalCode} after ${seconds} s in ${cwd}`;
  throw new RunFailed([command, ...args], how, output);
}
