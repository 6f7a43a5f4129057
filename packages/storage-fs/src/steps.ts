import type { FileSystem } from './file-system.ts';
import type { FileVersion } from './version.ts';

/** A complete file that nobody sees yet, next to the object that it may become. */
export interface Temp {
  readonly path: string;
  readonly version: FileVersion;
  /** The time of its file system when it was written, in microseconds since 1970. */
  readonly clockUs: bigint;
}

/** All that the steps of the write protocol may do: atomic file operations, and four acts that others cannot see. */
export interface Port
  extends Pick<FileSystem, 'stat' | 'link' | 'point' | 'readPointer' | 'rename' | 'unlink' | 'sideNames'> {
  /** Writes the bytes of this operation to a new file next to `file`. */
  writeTemp(file: string): Promise<Temp>;
  /** What the claims to delete point to that this operation lays: no other operation's do. */
  removalTarget(): Promise<string>;
  /** Keeps the inode of the file that is now at `file` from being used again before the clock has passed `mtimeUs`. */
  hold(file: string, mtimeUs: bigint): Promise<void>;
  /** Removes a side file that is of no use any more. What fails is left to the clean-up: it undoes nothing that was done. */
  discard(path: string): Promise<void>;
  /** The time of the folder's file system, in microseconds since 1970. */
  clock(folder: string): Promise<bigint>;
  /** True where the owner in a side file's name provably no longer runs. */
  isDead(owner: string): Promise<boolean>;
}

/** One call on the port: what happens between two of them is this process's own business. */
export type Call = { [M in keyof Port]: { readonly method: M; readonly args: Parameters<Port[M]> } }[keyof Port];

/**
 * The protocol as a sequence of calls, apart from who makes them: the file system in production, and in the tests an
 * explorer that tries every order of the calls of several writers, with a crash before each.
 */
export type Steps<T> = Generator<Call, T, unknown>;

/** One step: makes the call and gives its result. */
export function* call<M extends keyof Port>(
  method: M,
  ...args: Parameters<Port[M]>
): Steps<Awaited<ReturnType<Port[M]>>> {
  return (yield { method, args } as Call) as Awaited<ReturnType<Port[M]>>;
}

/** Makes the calls on a real port, one after the other. */
export async function runSteps<T>(steps: Steps<T>, port: Port): Promise<T> {
  let next = steps.next();
  while (next.done !== true) next = await answer(steps, next.value, port);
  return next.value;
}

async function answer<T>(steps: Steps<T>, { method, args }: Call, port: Port): Promise<IteratorResult<Call, T>> {
  const perform = port[method] as (...args: readonly unknown[]) => Promise<unknown>;
  let result: unknown;
  try {
    result = await perform.apply(port, args);
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(result);
}
