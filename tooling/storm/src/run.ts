import { setTimeout as pause } from 'node:timers/promises';
import type { Acknowledged, Job, Told } from './messages.ts';
import type { Disturbance, Failed, StormOutcome, StormPlan } from './plan.ts';
import { pick } from './random.ts';
import { WorkerProcess } from './worker-process.ts';

/** The longest pause between a write and what it brings about, in milliseconds: anywhere in the writes of the others. */
const longestPauseMs = 40;
/** The most writes for which a worker stays stopped. */
const longestStop = 12;

type Strikes = Required<Pick<StormPlan, 'workers' | 'kills' | 'stops' | 'disturbances' | 'toleratedFailures'>>;

/** A plan with nothing left out. */
export interface RunPlan extends Strikes {
  readonly random: () => number;
  readonly timeLimitMs: number;
  readonly writes: number;
  /** What each worker runs: a file beside this one. */
  readonly script: string;
  readonly job: Omit<Job, 'worker'>;
}

/** The fields of a plan that all storms have, with their defaults. */
export function withDefaults(plan: Omit<StormPlan, 'commits'>): Omit<RunPlan, 'writes' | 'script' | 'job'> {
  const { random, workers = 4, kills = 0, stops = 0, disturbances = [] } = plan;
  const { toleratedFailures = 0, timeLimitMs = 300_000 } = plan;
  return { random, workers, kills, stops, disturbances, toleratedFailures, timeLimitMs };
}

/** Lets processes write while some are killed and replaced, others stopped and continued, and the storage disturbed. */
export async function run(plan: RunPlan): Promise<StormOutcome> {
  return await new Run(plan).outcome();
}

class Run {
  readonly #plan: RunPlan;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #failed: Failed[] = [];
  readonly #unanswered: string[] = [];
  readonly #failures: string[] = [];
  readonly #events: Record<string, number> = {};
  #killed = 0;
  #stopped = 0;
  #disturbed = 0;

  readonly #workers = new Set<WorkerProcess>();
  /** The write that each worker is at, where it can have landed. */
  readonly #trying = new Map<string, string>();
  readonly #due = new Map<number, (() => void | Promise<void>)[]>();
  readonly #pending: Promise<void>[] = [];
  #disturbing: Promise<void> = Promise.resolve();
  #started = 0;
  #isOver = false;
  #end: () => void = () => {};

  constructor(plan: RunPlan) {
    this.#plan = plan;
  }

  async outcome(): Promise<StormOutcome> {
    const over = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    const limit = setTimeout(() => this.#giveUp(), this.#plan.timeLimitMs);
    this.#schedule();
    for (let worker = 0; worker < this.#plan.workers; worker++) this.#start();
    await over;
    await this.#wind();
    clearTimeout(limit);
    return this.#told();
  }

  #schedule(): void {
    const { kills, stops, disturbances } = this.#plan;
    for (let kill = 0; kill < kills; kill++) this.#at(this.#anyWrite(), () => this.#kill());
    for (let stop = 0; stop < stops; stop++) this.#at(this.#anyWrite(), () => this.#stop());
    for (const disturbance of disturbances) {
      for (let time = 0; time < disturbance.times; time++) this.#at(this.#anyWrite(), () => this.#disturb(disturbance));
    }
  }

  #anyWrite(): number {
    return 1 + Math.floor(this.#plan.random() * (this.#plan.writes - 1));
  }

  #at(write: number, strike: () => void | Promise<void>): void {
    this.#due.set(write, [...(this.#due.get(write) ?? []), strike]);
  }

  #start(): void {
    const { script, job } = this.#plan;
    const name = `w${this.#started++}`;
    const worker = new WorkerProcess(script, { ...job, worker: name }, (told) => this.#hear(worker, told as Told));
    this.#workers.add(worker);
    void worker.ended.then(({ failure }) => this.#hasEnded(worker, failure));
  }

  #hasEnded(worker: WorkerProcess, failure: string): void {
    const left = this.#trying.get(worker.name);
    if (left !== undefined) this.#unanswered.push(left);
    // Those that were killed are no longer among the workers.
    if (this.#workers.has(worker) && failure !== '') this.#fail(failure);
  }

  #fail(failure: string): void {
    this.#failures.push(failure);
    this.#end();
  }

  #hear(worker: WorkerProcess, told: Told): void {
    if (told.kind === 'trying') {
      this.#trying.set(worker.name, told.name);
      return;
    }
    const mayHaveLanded = this.#trying.delete(worker.name);
    const { kind: _, events, ...rest } = told;
    for (const [kind, count] of Object.entries(events)) this.#events[kind] = (this.#events[kind] ?? 0) + count;
    if ('reason' in rest) this.#hasFailed({ ...rest, mayHaveLanded });
    else this.#hasLanded(rest);
  }

  #hasFailed(failed: Failed): void {
    this.#failed.push(failed);
    if (this.#failed.length > this.#plan.writes)
      this.#fail(`${this.#failed.length} writes failed, and it was given up`);
  }

  #hasLanded(write: Acknowledged): void {
    this.#acknowledged.push(write);
    for (const strike of this.#due.get(this.#acknowledged.length) ?? []) this.#pending.push(this.#later(strike));
    if (this.#acknowledged.length === this.#plan.writes) this.#end();
  }

  async #later(strike: () => void | Promise<void>): Promise<void> {
    await pause(this.#plan.random() * longestPauseMs);
    if (!this.#isOver) await strike();
  }

  #kill(): void {
    const worker = pick(this.#plan.random, [...this.#workers]);
    if (!worker) return;
    this.#remove(worker);
    this.#killed++;
    this.#start();
  }

  #remove(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    this.#pending.push(worker.ended.then(() => {}));
    worker.kill();
  }

  #stop(): void {
    const running = [...this.#workers].filter(({ isStopped }) => !isStopped);
    const worker = running.length > 1 ? pick(this.#plan.random, running) : undefined;
    if (!worker) return;
    worker.stop();
    this.#stopped++;
    const until = this.#acknowledged.length + 1 + Math.floor(this.#plan.random() * longestStop);
    this.#at(until, () => worker.continue());
  }

  #disturb({ strike }: Disturbance): Promise<void> {
    this.#disturbing = this.#disturbing
      .then(() => strike(this.#plan.random))
      .then(() => void this.#disturbed++)
      .catch((error: unknown) => this.#fail(`a disturbance failed: ${String(error)}`));
    return this.#disturbing;
  }

  async #wind(): Promise<void> {
    while (this.#pending.length > 0) await this.#pending.pop();
    this.#isOver = true;
    for (const { end } of this.#plan.disturbances) {
      await end?.().catch((error: unknown) => this.#fail(`the end of a disturbance failed: ${String(error)}`));
    }
    for (const worker of this.#workers) worker.finish();
    await Promise.all([...this.#workers].map(({ ended }) => ended));
  }

  #giveUp(): void {
    const { timeLimitMs, writes } = this.#plan;
    const at = [...this.#trying].map(([worker, name]) => `${worker} was at ${name}`);
    this.#fail([`${this.#acknowledged.length} of ${writes} writes after ${timeLimitMs} ms`, ...at].join(', '));
    for (const worker of [...this.#workers]) this.#remove(worker);
  }

  #told(): StormOutcome {
    const { workers, writes, kills, stops, disturbances, toleratedFailures } = this.#plan;
    const times = disturbances.reduce((sum, disturbance) => sum + disturbance.times, 0);
    return {
      acknowledged: this.#acknowledged,
      failed: this.#failed,
      unanswered: this.#unanswered,
      killed: this.#killed,
      stopped: this.#stopped,
      disturbed: this.#disturbed,
      events: this.#events,
      failures: this.#failures,
      plan: { workers, writes, kills, stops, disturbances: times, toleratedFailures },
    };
  }
}
