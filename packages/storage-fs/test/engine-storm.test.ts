import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository, Storage } from '@earthmover/icechunk';
import { toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as zarr from 'zarrita';
import { localFilesystemStorage } from '../src/index.ts';
import { type StormOutcome, storm } from './storm.ts';
import { cellsOf } from './storm-commit.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));
const KILLS = 12;

/** Mulberry32: a sequence that a seed repeats. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe(`100 commits of 4 processes, killed and stopped at random (ICECHUNK_TEST_SEED=${seed})`, () => {
  let path: string;
  let outcome: StormOutcome;
  let repository: Repository;
  let log: { id: string; message: string }[];

  const custom = () => Storage.newCustom(toIcechunkCallbacks(localFilesystemStorage(path)));

  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'engine-storm-'));
    // Chunks this small would otherwise lie inside their manifests.
    await Repository.create(custom(), { inlineChunkThresholdBytes: 0 });
    outcome = await storm({ path, workers: 4, commits: 100, kills: KILLS, stops: 20, random: randomFrom(seed) });
    repository = await Repository.open(custom());
    log = (await repository.ancestry({ branch: 'main' })).slice(0, -1);
  }, 180_000);

  afterAll(() => rm(path, { recursive: true, force: true }));

  it('was a storm', () => {
    expect(outcome.failures).toEqual([]);
    expect(outcome.killed).toBe(KILLS);
    expect(outcome.stopped).toBeGreaterThan(0);
    expect(outcome.acknowledged.length).toBeGreaterThanOrEqual(100);
    expect(outcome.acknowledged.some(({ rebases }) => rebases > 0)).toBe(true);
  });

  it('left every acknowledged commit in the log, once', () => {
    const times = new Map<string, number>();
    for (const { id, message } of log) {
      for (const key of [id, message]) times.set(key, (times.get(key) ?? 0) + 1);
    }
    const wrong = outcome.acknowledged.filter(
      ({ name, snapshotId }) => times.get(name) !== 1 || times.get(snapshotId) !== 1,
    );
    expect(wrong).toEqual([]);
    const ids = new Map(log.map(({ id, message }) => [message, id]));
    expect(outcome.acknowledged.filter(({ name, snapshotId }) => ids.get(name) !== snapshotId)).toEqual([]);
  });

  it('left no other commit but the last of a process that was killed, and none twice', () => {
    const acknowledged = new Set(outcome.acknowledged.map(({ name }) => name));
    const others = log.filter(({ message }) => !acknowledged.has(message));
    expect(new Set(log.map(({ message }) => message)).size).toBe(log.length);
    expect(others.length).toBeLessThanOrEqual(KILLS);
  });

  it('left every committed cell as it was written', async () => {
    const root = zarr.root(toZarritaStore((await repository.readonlySession({ branch: 'main' })).store));
    for (const { message } of log) {
      const { data } = await zarr.get(await zarr.open(root.resolve(message), { kind: 'array' }));
      expect(data).toEqual(cellsOf(message));
    }
  });
});
