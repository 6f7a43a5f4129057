import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweep } from '../src/abandoned.ts';
import { createMutations } from '../src/atomic-write.ts';
import { HeldInodes } from '../src/held-inodes.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { currentOwner } from '../src/owner.ts';
import { type Port, runSteps } from '../src/steps.ts';
import { writePort } from '../src/write-port.ts';
import { recordBytes } from './counter-process.ts';
import { type CounterStorm, countInAStorm } from './counter-storm.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));
const processes = 8;
const increments = 200;

// A multiplicative generator modulo the prime 2^31 - 1 (Park and Miller).
function randomFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

// What was held for its inode goes only when the clock is past its time.
async function clockPasses(port: Port, folder: string): Promise<void> {
  let clock = 0n;
  const side = (await port.sideNames(folder)).map((name) => port.stat(join(folder, name)));
  const times = (await Promise.all(side)).map((stat) => (stat?.mtimeNs ?? 0n) / 1000n);
  while (times.some((time) => time >= clock)) clock = await port.clock(folder);
}

describe(`8 processes x 200 increments, killed and stopped at random (ICECHUNK_TEST_SEED=${seed})`, () => {
  let root: string;
  let storm: CounterStorm;
  let records: string[];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'counter-'));
    const file = join(root, 'counter');
    await createMutations({ root }).put(
      file,
      (temp) => writeFile(temp, ''),
      { kind: 'create' },
      new AbortController().signal,
    );
    storm = await countInAStorm(root, file, { processes, increments, random: randomFrom(seed) });
    const bytes = await readFile(file);
    records = Array.from({ length: bytes.length / recordBytes }, (_, index) => {
      const at = index * recordBytes;
      return `${bytes.readUInt32LE(at)}/${bytes.readUInt32LE(at + 4)}`;
    });
  }, 120_000);

  afterAll(() => rm(root, { recursive: true, force: true }));

  test('was a storm, in which nobody failed', () => {
    expect(storm.killed.size).toBeGreaterThan(10);
    expect(storm.stops).toBeGreaterThan(5);
    expect(storm.exits.filter((code) => code !== 0)).toEqual([]);
  });

  test('holds the 1600 acknowledged increments, each once', () => {
    const told = [...storm.acknowledged].flatMap(([writer, count]) =>
      Array.from({ length: count }, (_, index) => `${writer}/${index + 1}`),
    );
    expect(told.length).toBe(processes * increments);
    const landed = new Set(records);
    expect(landed.size).toBe(records.length);
    expect(told.filter((record) => !landed.has(record))).toEqual([]);
  });

  test('holds nothing else but the last increments of processes that were killed', () => {
    const others = records.filter((record) => {
      const [writer = 0, number = 0] = record.split('/').map(Number);
      return number > (storm.acknowledged.get(writer) ?? 0);
    });
    const possible = [...storm.killed].map((writer) => `${writer}/${(storm.acknowledged.get(writer) ?? 0) + 1}`);
    expect(others.filter((record) => !possible.includes(record))).toEqual([]);
  });

  test('leaves nothing beside the counter, once swept', async () => {
    const files = nodeFileSystem(root);
    const owner = currentOwner();
    const workshop = { files, owner, held: new HeldInodes(files, owner, root), durable: undefined };
    const port = writePort(workshop, async () => undefined);
    await clockPasses(port, root);
    await runSteps(sweep(root), port);
    expect(await readdir(root)).toEqual(['counter']);
  });
});
