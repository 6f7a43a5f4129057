import type { Storage } from '../contract.ts';
import { isStorageError } from '../errors.ts';
import type { ByteRange } from '../range.ts';
import type { VersionInfo } from '../version.ts';
import { generationBytes } from './generations.ts';
import { readBody, type SeenObject, write } from './objects.ts';
import { fallOutOfStep } from './out-of-step.ts';
import type { SeededRandom } from './seeded-random.ts';
import { nextTurn } from './turn.ts';

/** States that are written while others read. */
const REWRITES = 100;
const READERS = 4;
/** Calls of the writer, and of each reader, before all wait for each other. */
const CALLS_IN_A_ROW = 4;

/** What {@link raceReads} saw. */
export interface RacedReads {
  readonly seen: readonly SeenObject[];
  /** The version of each state, as its put returned it. */
  readonly written: ReadonlyMap<number, VersionInfo>;
}

/**
 * Reads an object over and over while it is being replaced, and between its opening and its reading.
 *
 * A read may give up with `changed_while_reading`; the last one, after all writes, may not.
 */
export async function raceReads(
  random: SeededRandom,
  writer: Storage,
  reader: Storage,
  range?: ByteRange,
): Promise<RacedReads> {
  const path = 'object';
  const seen: SeenObject[] = [];
  const written = new Map<number, VersionInfo>();
  const rewrite = async (): Promise<void> => {
    const generation = written.size;
    written.set(generation, await write(writer, path, generationBytes(generation)));
  };
  const readOnce = async (meanwhile: () => Promise<void>): Promise<void> => {
    const body = await reader.getObject(path, range && { range });
    await meanwhile();
    seen.push(await readBody(body));
  };
  await rewrite();
  for (let round = 0; round < 10; round++) await readOnce(rewrite).catch(changed);
  const readNow = (): Promise<void> => readOnce(async () => {}).catch(changed);
  while (written.size < REWRITES) {
    await Promise.all(
      [rewrite, ...Array.from({ length: READERS }, () => readNow)].map((call) => callInARow(random, call)),
    );
    await nextTurn();
  }
  await readOnce(async () => {});
  return { seen, written };
}

function changed(err: unknown): void {
  if (!isStorageError(err, 'changed_while_reading')) throw err;
}

async function callInARow(random: SeededRandom, call: () => Promise<void>): Promise<void> {
  for (let calls = 0; calls < CALLS_IN_A_ROW; calls++) {
    await fallOutOfStep(random);
    await call();
  }
}
