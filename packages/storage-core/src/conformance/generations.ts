import type { Storage } from '../contract.ts';
import { isStorageError } from '../errors.ts';
import type { ByteRange } from '../range.ts';
import type { VersionInfo } from '../version.ts';
import { check, checkEqual, fail } from './assert.ts';
import { readBody, type SeenObject, write } from './objects.ts';

const WORD_BYTES = 4;
const SMALLEST_BYTES = 6_000;

/** States that are written while {@link raceReads} reads. */
const REWRITES = 100;
const READERS = 4;

/** What every state holds at least, and what a read in parts asks for. */
export const commonRange: ByteRange = { start: 0, end: SMALLEST_BYTES };

/**
 * The bytes of one of an object's states: every word names the state and its own place, and no two states in a row have
 * one size.
 *
 * @param generation From 0 to 65,535.
 */
export function generationBytes(generation: number): Uint8Array<ArrayBuffer> {
  const words = sizeOf(generation) / WORD_BYTES;
  const view = new DataView(new ArrayBuffer(words * WORD_BYTES));
  for (let word = 0; word < words; word++) view.setUint32(word * WORD_BYTES, generation * 2 ** 16 + word);
  return new Uint8Array(view.buffer);
}

/** Which state an object is in. Fails where its bytes are not all of one, in their place, or not as many as it has. */
export function generationOf({ bytes, range, sizeBytes }: SeenObject): number {
  checkEqual(bytes.byteLength, range.end - range.start, 'the bytes of a body');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  check(bytes.byteLength >= WORD_BYTES, `saw ${bytes.byteLength} bytes of an object that always had more`);
  const generation = view.getUint16(0);
  checkEqual(sizeBytes, sizeOf(generation), `the size of the object in state ${generation}`);
  for (let at = 0; at + WORD_BYTES <= bytes.byteLength; at += WORD_BYTES) {
    const seen = view.getUint32(at);
    if (seen === generation * 2 ** 16 + at / WORD_BYTES) continue;
    const [state, place] = [Math.floor(seen / 2 ** 16), (seen % 2 ** 16) * WORD_BYTES];
    fail(`byte 0 is of state ${generation}, and what is at ${at} is of state ${state}, byte ${place}`);
  }
  return generation;
}

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
export async function raceReads(writer: Storage, reader: Storage, range?: ByteRange): Promise<RacedReads> {
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
  let writing = true;
  const write100 = async (): Promise<void> => {
    for (let round = 0; round < REWRITES; round++) await rewrite();
  };
  const readAlong = async (): Promise<void> => {
    do await readOnce(async () => {}).catch(changed);
    while (writing);
  };
  const writes = write100().finally(() => {
    writing = false;
  });
  await Promise.all([writes, ...Array.from({ length: READERS }, readAlong)]);
  await readOnce(async () => {});
  return { seen, written };
}

// Whole words, of more than one size: an old head with new bytes shows by its length.
function sizeOf(generation: number): number {
  return SMALLEST_BYTES + (generation % 5) * 700;
}

function changed(err: unknown): void {
  if (!isStorageError(err, 'changed_while_reading')) throw err;
}
