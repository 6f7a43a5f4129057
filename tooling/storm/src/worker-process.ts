import { type ChildProcess, fork } from 'node:child_process';
import type { Answered, Job } from './messages.ts';
import type { Json } from './opener.ts';

/** How much is kept of what a process writes to stderr, in characters: its end. */
const keptStderr = 4_000;

const alive = new Set<ChildProcess>();
// A process that is stopped would outlive a run that is broken off.
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** How a process ended. */
export interface Ending {
  /** Empty where it ended by itself, with 0; else the code or the signal, and the end of what it wrote to stderr. */
  readonly failure: string;
}

/** A process of a storm, with what it says. */
export class WorkerProcess {
  readonly name: string;
  /** Resolves when the process is gone and everything that it had said has been heard. */
  readonly ended: Promise<Ending>;
  isStopped = false;
  readonly #child: ChildProcess;

  /** @param script The file that it runs, relative to this one. */
  constructor(script: string, job: Job, hear: (message: unknown) => void) {
    this.name = job.worker;
    const child = fork(new URL(script, import.meta.url), {
      execArgv: ['--conditions=@icechunk/source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.#child = child;
    alive.add(child);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-keptStderr);
    });
    child.on('message', hear);
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve({ failure: `process ${job.worker}: ${error.message}` }));
      // After `exit`, when all that it said has been read.
      child.on('close', (code, signal) => {
        alive.delete(child);
        const failure = code === 0 ? '' : `process ${job.worker} ended with ${signal ?? code}: ${stderr.trim()}`;
        resolve({ failure });
      });
    });
    // It may be gone already, which its ending tells.
    child.send(job, () => {});
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  stop(): void {
    this.isStopped = true;
    this.#child.kill('SIGSTOP');
  }

  continue(): void {
    this.isStopped = false;
    this.#child.kill('SIGCONT');
  }

  /** Asks it to end after what it is at. */
  finish(): void {
    this.continue();
    if (this.#child.connected) this.#child.send('stop', () => {});
  }
}

/**
 * The answer of a process that does one thing and ends.
 *
 * @throws An error with the end of its stderr where it ends otherwise.
 */
export async function runErrand(script: string, job: Omit<Job, 'worker'>): Promise<Json> {
  let heard: Answered | undefined;
  const errand = new WorkerProcess(script, { ...job, worker: script }, (message) => {
    heard = message as Answered;
  });
  const { failure } = await errand.ended;
  if (failure !== '' || !heard) throw new Error(failure || `process ${script} gave no answer`);
  return heard.answer;
}
