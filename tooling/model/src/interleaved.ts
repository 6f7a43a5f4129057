import type { Storage } from '@icechunk/storage-core';
import fc from 'fast-check';
import { codeOf, send } from './call.ts';
import type { HistoryEntry } from './history.ts';
import { type Operation, targetOf, withVersion } from './operation.ts';
import { outcomeOf } from './outcome.ts';
import { type NamedVersion, VersionLog, type VersionPick } from './version-log.ts';

/** What the operations of one run share: what was seen of them, and of the versions that they gave. */
export class InterleavedRun {
  readonly versions: VersionLog = new VersionLog();
  readonly history: HistoryEntry[] = [];
  readonly #storage: Storage;
  readonly #pending: Promise<void>[] = [];
  #events = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Sends an operation and does not wait for it. */
  start(operation: Operation<NamedVersion>): void {
    const startedAt = ++this.#events;
    const pending = outcomeOf(send(this.#storage, operation));
    this.#pending.push(
      pending.then((outcome) => {
        const key = targetOf(operation);
        if (outcome.kind === 'updated' && key !== undefined) this.versions.add(key, outcome.newVersion);
        this.history.push({ operation, startedAt, endedAt: ++this.#events, outcome });
      }),
    );
  }

  /** Settles when every operation has ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#pending);
    this.history.sort((a, b) => a.startedAt - b.startedAt);
  }
}

/** One operation that runs beside those before it and after it. */
export class InterleavedCommand implements fc.AsyncCommand<InterleavedRun, InterleavedRun> {
  readonly #drawn: Operation<VersionPick>;
  #line: string | undefined;

  constructor(drawn: Operation<VersionPick>) {
    this.#drawn = drawn;
  }

  check(run: Readonly<InterleavedRun>): boolean {
    return this.#resolve(run) !== undefined;
  }

  async run(_: InterleavedRun, run: InterleavedRun): Promise<void> {
    const operation = this.#resolve(run);
    if (!operation) return;
    this.#line = `outcomeOf(${codeOf(operation)});`;
    run.start(operation);
  }

  /** The call that was started; before that, what was drawn. */
  toString(): string {
    return this.#line ?? JSON.stringify(this.#drawn);
  }

  // What a run has printed is that run's own.
  [fc.cloneMethod](): InterleavedCommand {
    return new InterleavedCommand(this.#drawn);
  }

  #resolve({ versions }: Readonly<InterleavedRun>): Operation<NamedVersion> | undefined {
    return withVersion(this.#drawn, (pick, key) => versions.find(pick, key));
  }
}
