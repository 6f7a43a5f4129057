import type { Json, SentOpener } from './opener.ts';

/** What a process is told first. */
export interface Job {
  readonly opener: SentOpener;
  /** The process's own name, with which the names of all its writes begin. */
  readonly worker: string;
  /** The object of a counter storm. */
  readonly path: string;
}

/** A write that a process was told had landed. */
export interface Acknowledged {
  readonly name: string;
  /** Of a commit: what the engine called it. */
  readonly snapshotId?: string;
  /** How often another process came first. */
  readonly lostRaces: number;
  /** Of an increment: it was answered as a conflict, and was then found in the object. */
  readonly landedAsConflict?: true;
}

/** Where in a write something was thrown. */
export type Stage = 'session' | 'write' | 'commit' | 'rebase' | 'read' | 'put';

/** A write that ended in an error other than a conflict. */
export interface FailedWrite {
  readonly name: string;
  readonly stage: Stage;
  /** The error, and what had gone wrong in the storage below. */
  readonly reason: string;
}

/** How often the storage told of something, by the kind of its event. */
export type EventCounts = Readonly<Record<string, number>>;

/** What a worker tells: that it is about to try, then what came of it. */
export type Told =
  | { readonly kind: 'trying'; readonly name: string }
  | ({ readonly kind: 'acknowledged'; readonly events: EventCounts } & Acknowledged)
  | ({ readonly kind: 'failed'; readonly events: EventCounts } & FailedWrite);

/** What a process that runs one errand answers. */
export interface Answered {
  readonly answer: Json;
}
