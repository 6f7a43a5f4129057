import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Acknowledged } from './storm-commit.ts';

/** What a storm is made of. */
export interface StormPlan {
  readonly path: string;
  readonly workers: number;
  /** Acknowledged commits after which it ends. */
  readonly commits: number;
  readonly kills: number;
  readonly stops: number;
  /** Numbers from 0 to 1, excluded. */
  readonly random: () => number;
}

/** What came of it. */
export interface StormOutcome {
  readonly acknowledged: readonly Acknowledged[];
  readonly killed: number;
  readonly stopped: number;
  /** Of workers that ended in a way that nobody asked for. */
  readonly failures: readonly string[];
}

interface Worker {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  stopped: boolean;
}

/**
 * Lets processes commit to one repository while some are killed and replaced, and others stopped and continued, after
 * commits and pauses that `random` picks.
 */
export async function storm(plan: StormPlan): Promise<StormOutcome> {
  const run = new Storm(plan);
  await run.finished;
  return { acknowledged: run.acknowledged, killed: run.killed, stopped: run.stopped, failures: run.failures };
}

class Storm {
  readonly acknowledged: Acknowledged[] = [];
  readonly failures: string[] = [];
  killed = 0;
  stopped = 0;
  readonly finished: Promise<void>;
  readonly #plan: StormPlan;
  readonly #workers = new Set<Worker>();
  readonly #strikes = new Map<number, (() => void)[]>();
  readonly #pending: Promise<void>[] = [];
  #started = 0;
  #end: () => void = () => {};

  constructor(plan: StormPlan) {
    this.#plan = plan;
    const over = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    for (let kill = 0; kill < plan.kills; kill++) this.#strikeAt(this.#anyCommit(), () => this.#kill());
    for (let stop = 0; stop < plan.stops; stop++) this.#strikeAt(this.#anyCommit(), () => this.#stop());
    for (let worker = 0; worker < plan.workers; worker++) this.#start();
    const killAll = (): void => {
      for (const worker of this.#workers) worker.process.kill('SIGKILL');
    };
    // A worker that is stopped would outlive a run that is broken off.
    process.once('exit', killAll);
    this.finished = over.then(() => this.#wind()).finally(() => process.off('exit', killAll));
  }

  #anyCommit(): number {
    return 1 + Math.floor(this.#plan.random() * (this.#plan.commits - 1));
  }

  #strikeAt(commit: number, strike: () => void): void {
    this.#strikes.set(commit, [...(this.#strikes.get(commit) ?? []), strike]);
  }

  #start(): void {
    const child = fork(new URL('./storm-worker.ts', import.meta.url), [this.#plan.path, `w${this.#started++}`], {
      execArgv: ['--conditions=@icechunk/source', '--disable-warning=ExperimentalWarning'],
    });
    const ended = new Promise<void>((resolve) => {
      child.on('exit', (code, signal) => {
        if (code !== 0 && signal !== 'SIGKILL') this.failures.push(`process ${child.pid}: ${signal ?? code}`);
        if (code !== 0 && signal !== 'SIGKILL') this.#end();
      });
      // After exit, when all that it said has been read.
      child.on('close', () => resolve());
    });
    child.on('message', (message) => this.#acknowledge(message as Acknowledged));
    this.#workers.add({ process: child, ended, stopped: false });
  }

  #acknowledge(commit: Acknowledged): void {
    this.acknowledged.push(commit);
    for (const strike of this.#strikes.get(this.acknowledged.length) ?? []) {
      // A pause of its own, so that it strikes anywhere in the commits of the others.
      this.#pending.push(setTimeout(this.#plan.random() * 40).then(strike));
    }
    if (this.acknowledged.length === this.#plan.commits) this.#end();
  }

  #pick(workers: readonly Worker[]): Worker | undefined {
    return workers[Math.floor(this.#plan.random() * workers.length)];
  }

  #kill(): void {
    const worker = this.#pick([...this.#workers]);
    if (!worker) return;
    this.#workers.delete(worker);
    this.#pending.push(worker.ended);
    worker.process.kill('SIGKILL');
    this.killed++;
    this.#start();
  }

  #stop(): void {
    const running = [...this.#workers].filter(({ stopped }) => !stopped);
    const worker = running.length > 1 ? this.#pick(running) : undefined;
    if (!worker) return;
    worker.stopped = true;
    worker.process.kill('SIGSTOP');
    this.stopped++;
    const until = this.acknowledged.length + 1 + Math.floor(this.#plan.random() * 12);
    this.#strikeAt(until, () => this.#continue(worker));
  }

  #continue(worker: Worker): void {
    worker.stopped = false;
    worker.process.kill('SIGCONT');
  }

  async #wind(): Promise<void> {
    while (this.#pending.length > 0) await this.#pending.pop();
    for (const worker of this.#workers) {
      this.#continue(worker);
      if (worker.process.connected) worker.process.send('stop');
    }
    await Promise.all([...this.#workers].map(({ ended }) => ended));
  }
}
