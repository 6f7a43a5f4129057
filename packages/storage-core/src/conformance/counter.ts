import type { Storage } from '../contract.ts';
import { checkEqual, fail } from './assert.ts';
import { read, show, write } from './objects.ts';

const path = 'counter';
const text = { encode: new TextEncoder(), decode: new TextDecoder() };

/**
 * Lets writers count on one object, each so many steps, each step a read and an update under the version that was read.
 *
 * The count is the sum of all steps exactly where each update had one winner. A refusal means that another writer got
 * ahead: whoever is refused finds another number.
 */
export async function countTogether(writers: readonly Storage[], stepsEach: number): Promise<void> {
  const total = writers.length * stepsEach;
  const [first] = writers;
  if (!first) return;
  await write(first, path, text.encode.encode('0'));
  await Promise.all(writers.map((storage) => countAlone(storage, stepsEach, total)));
  for (const storage of new Set(writers)) {
    checkEqual(await countIn(storage), total, `the count after ${total} updates that were not refused`);
  }
}

async function countAlone(storage: Storage, steps: number, total: number): Promise<void> {
  let refusedAt: number | undefined;
  for (let done = 0; done < steps; ) {
    const { bytes, version } = await read(storage, path);
    const count = numberIn(bytes);
    if (count === refusedAt)
      fail(`an update of ${count} was refused as not on the latest version, and ${count} it still is`);
    if (count > total) fail(`the count is ${count}, and at most ${total} updates were not refused`);
    const next = text.encode.encode(String(count + 1));
    const { kind } = await storage.putObject(path, next, { condition: { kind: 'update', version } });
    if (kind === 'updated') done++;
    else refusedAt = count;
  }
}

async function countIn(storage: Storage): Promise<number> {
  return numberIn((await read(storage, path)).bytes);
}

function numberIn(bytes: Uint8Array): number {
  const digits = text.decode.decode(bytes);
  return /^\d+$/.test(digits) ? Number(digits) : fail(`the counter holds ${show(digits)}`);
}
