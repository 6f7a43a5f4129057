import { inspect } from 'node:util';
import type { Storage, StorageEvent } from '@icechunk/storage-core';
import type { Answered, EventCounts, Job, Told } from './messages.ts';
import { openStorage } from './opener.ts';

/** The process that started this one: gives it a job, hears of its work, and tells it to stop. */
export class Parent {
  /** True once it was told to stop. */
  stopped = false;
  readonly job: Promise<Job>;
  #events: Record<string, number> = {};

  constructor() {
    this.job = new Promise((resolve) => {
      process.on('message', (message) => {
        if (message === 'stop') this.stopped = true;
        else resolve(message as Job);
      });
    });
    // Nobody is left to hear of what this process does.
    process.on('disconnect', () => process.exit(1));
  }

  /** The storage of the job. */
  async openStorage(): Promise<Storage> {
    return await openStorage((await this.job).opener, (event) => this.#count(event));
  }

  /** Resolves once the message has left this process, so that it is heard even where the process is killed. */
  tell(message: Told | Answered): Promise<void> {
    return new Promise((resolve, reject) => {
      process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  /** What the storage has told since this was last asked. */
  takeEvents(): EventCounts {
    const events = this.#events;
    this.#events = {};
    return events;
  }

  #count({ kind }: StorageEvent): void {
    this.#events[kind] = (this.#events[kind] ?? 0) + 1;
  }
}

/** Does the one job of a process and ends it; what is thrown goes to its stderr with every field. */
export async function runJob(work: (job: Job, parent: Parent) => Promise<void>): Promise<never> {
  const parent = new Parent();
  try {
    await work(await parent.job, parent);
  } catch (error) {
    console.error(inspect(error, { depth: 4 }));
    process.exit(1);
  }
  // The engine's callbacks would keep the process alive.
  process.exit(0);
}
