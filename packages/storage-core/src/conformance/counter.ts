import type { Storage } from '../contract.ts';
import { checkEqual, fail } from './assert.ts';
import { read, show, write } from './objects.ts';

const path = 'counter';
const text = { encode: new TextEncoder(), decode: new TextDecoder() };

/**
 * Lets writers count on one object, each so many steps, each step a read and an update under the version that was read.
 *
 * The count is the sum of all steps exactly where each update had one winner. A refusal means that another writer got
 * ahead, so that nobody can be refused more often than all others together succeed.
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
  let refusals = 0;
  for (let done = 0; done < steps; ) {
    const { bytes, version } = await read(storage, path);
    const next = text.encode.encode(String(numberIn(bytes) + 1));
    const { kind } = await storage.putObject(path, next, { condition: { kind: 'update', version } });
    if (kind === 'updated') done++;
    else if (++refusals > total)
      fail(`a writer was refused ${refusals} times, and others wrote at most ${total} times`);
  }
}

async function countIn(storage: Storage): Promise<number> {
  return numberIn((await read(storage, path)).bytes);
}

function numberIn(bytes: Uint8Array): number {
  const digits = text.decode.decode(bytes);
  return /^\d+$/.test(digits) ? Number(digits) : fail(`the counter holds ${show(digits)}`);
}
