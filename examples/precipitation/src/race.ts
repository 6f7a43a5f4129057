import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Landed } from './commit.ts';

/** What a process of the race is to do, on its command line. */
export type Axis = 'latitude' | 'longitude';

/** What a process of the race says: that its change is staged, and then that it landed. */
export type RacerMessage = { readonly kind: 'ready' } | ({ readonly kind: 'landed' } & Landed);

/** A process that took part, and its commit. */
export interface Finish extends Landed {
  readonly pid: number;
  readonly axis: Axis;
}

/**
 * Lets two processes stage a change each on the same snapshot, and commit at the same moment.
 *
 * @param path The repository's folder.
 * @returns Both commits; one of them was rebased on the other.
 * @throws Error where a process ends without its commit.
 */
export async function race(path: string): Promise<readonly Finish[]> {
  const axes: readonly Axis[] = ['latitude', 'longitude'];
  const racers = axes.map((axis) => start(path, axis));
  try {
    await Promise.all(racers.map((racer) => next(racer.process, 'ready')));
    for (const racer of racers) racer.process.send('go');
    return await Promise.all(
      racers.map(async ({ process, axis }) => {
        const { snapshotId, rebases } = await next(process, 'landed');
        return { pid: process.pid ?? 0, axis, snapshotId, rebases };
      }),
    );
  } finally {
    for (const racer of racers) racer.process.kill();
  }
}

function start(path: string, axis: Axis): { readonly process: ChildProcess; readonly axis: Axis } {
  return { process: fork(new URL('./racer.ts', import.meta.url), [path, axis]), axis };
}

async function next<Kind extends RacerMessage['kind']>(
  racer: ChildProcess,
  kind: Kind,
): Promise<Extract<RacerMessage, { kind: Kind }>> {
  const stop = new AbortController();
  const ended = once(racer, 'exit', stop).then(([code, signal]) => {
    throw new Error(`process ${racer.pid} ended (${signal ?? code}) before its commit`);
  });
  try {
    const [message] = (await Promise.race([once(racer, 'message', stop), ended])) as [RacerMessage];
    if (message.kind !== kind) throw new Error(`process ${racer.pid} said ${message.kind} instead of ${kind}`);
    return message as Extract<RacerMessage, { kind: Kind }>;
  } finally {
    ended.catch(() => {});
    stop.abort();
  }
}
