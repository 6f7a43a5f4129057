import type { Acknowledged, EventCounts, FailedWrite } from './messages.ts';
import type { Opener } from './opener.ts';

/** Something that happens to the storage between the writes of a storm, for example to its network or its server. */
export interface Disturbance {
  /** How often. */
  readonly times: number;
  /** Happens after a random write; resolves when it is over. Never while another strike is still under way. */
  strike(random: () => number): Promise<void>;
  /** Makes everything well again, before the workers end. Called also where the storm was broken off. */
  end?(): Promise<void>;
}

/** What a storm is made of. */
export interface StormPlan {
  readonly opener: Opener;
  /** Numbers from 0 to 1, excluded: `seededRandom(seed)`. */
  readonly random: () => number;
  /** Processes at once. Default 4. */
  readonly workers?: number;
  /** Acknowledged commits after which it ends; the workers then finish what they are at. Default 100. */
  readonly commits?: number;
  /** How many workers are killed with SIGKILL, each replaced at once. Default 0. */
  readonly kills?: number;
  /** How often a worker is stopped for the time of some commits; one always goes on. Default 0. */
  readonly stops?: number;
  readonly disturbances?: readonly Disturbance[];
  /**
   * How many writes may fail with something else than a conflict. Default 0: the storage's own retries are meant to sit out
   * whatever happens to it.
   *
   * That holds for disturbances shorter than those retries, and than the 30 s in which what became of a refused or unanswered
   * put is asked for again and again (docs/decisions/0004-lost-responses.md). A plan with longer ones tolerates one failure
   * for each worker in each of them, and says why.
   */
  readonly toleratedFailures?: number;
  /** After this time, in milliseconds, it is broken off as a failure. A guard against hanging. Default 300,000. */
  readonly timeLimitMs?: number;
}

/** What a counter storm is made of. */
export interface CounterPlan extends Omit<StormPlan, 'commits'> {
  /** Acknowledged increments after which it ends. Default 200. */
  readonly increments?: number;
  /** The object that everyone writes. Default `config.yaml`. */
  readonly path?: string;
}

/** A failed write, and whether it can be there all the same. */
export interface Failed extends FailedWrite {
  /** False where it failed before anything could have made it visible. */
  readonly mayHaveLanded: boolean;
}

/** What came of a storm. */
export interface StormOutcome {
  readonly acknowledged: readonly Acknowledged[];
  readonly failed: readonly Failed[];
  /** The writes that killed workers were at: each may have landed, or not. */
  readonly unanswered: readonly string[];
  readonly killed: number;
  readonly stopped: number;
  /** How many strikes there were. */
  readonly disturbed: number;
  /** How often the workers' storages told of something, by kind, for example `retry`. Those of killed workers lack. */
  readonly events: EventCounts;
  /** Workers that ended in a way that nobody asked for, with their stderr; strikes that threw; a time limit reached. */
  readonly failures: readonly string[];
  /** What was asked for. */
  readonly plan: {
    readonly workers: number;
    readonly writes: number;
    readonly kills: number;
    readonly stops: number;
    readonly disturbances: number;
    readonly toleratedFailures: number;
  };
}
