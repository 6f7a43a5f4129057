import type { ByteRange } from '../range.ts';
import { check, checkEqual, fail } from './assert.ts';
import type { SeenObject } from './objects.ts';

const WORD_BYTES = 4;
const SMALLEST_BYTES = 6_000;

/** What every state holds at least, and what a read in parts asks for. */
export const commonRange: ByteRange = { start: 0, end: SMALLEST_BYTES };

/**
 * The bytes of one of an object's states: every word names the state and its own place, and each state has a word more
 * than the one before.
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

// Always growing: what a store leaves of an older, longer state is another fault than a mixture.
function sizeOf(generation: number): number {
  return SMALLEST_BYTES + generation * WORD_BYTES;
}
