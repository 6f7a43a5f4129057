/** One way to work with objects in a bucket: ours, or a rival's as its documentation shows it. */
export interface CloudContender {
  put(key: string, data: Uint8Array): Promise<void>;
  /** @returns How many bytes came. */
  get(key: string): Promise<number>;
  /** @returns How many bytes of `[start, end)` came. */
  getRange(key: string, start: number, end: number): Promise<number>;
  /** Puts what is large enough for parts. */
  putLarge(key: string, data: Uint8Array): Promise<void>;
  /** @returns How many objects there are. Absent where the rival has nothing to compare. */
  list?(prefix: string): Promise<number>;
  delete?(keys: readonly string[]): Promise<void>;
}

/** A module of contenders exports this. `argument` has gone through JSON. */
export type OpenContender = (name: string, argument: unknown) => Promise<CloudContender>;

/** What a contender is asked to do once. */
export type CloudTask =
  | { readonly verb: 'get' | 'put'; readonly sizeBytes: number; readonly operations: number }
  | { readonly verb: 'getRange' | 'putLarge'; readonly sizeBytes: number }
  | { readonly verb: 'list' | 'delete'; readonly prefix: string; readonly objects: number };

/** What it took, in the contender's own process. */
export interface CloudResult {
  readonly wallMicros: number;
  readonly cpuMicros: number;
  /** The most resident memory while it ran, less what there was before. */
  readonly grownBytes: number;
}

/** Requests that a contender has under way at once. */
export const inFlight = 16;
