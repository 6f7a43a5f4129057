import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Repository, Storage } from '@earthmover/icechunk';
import { toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import { localFilesystemStorage } from '@icechunk/storage-fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as zarr from 'zarrita';
import { type DemoRun, runDemo } from './run-demo.ts';

type Commit = { id: string; message: string };

/** The commits that a run says it made. */
function commitsOf(run: DemoRun): string[] {
  return [...new Set(run.out.match(/\b[0-9A-Z]{20}\b/g))];
}

async function cellsOf(repository: Repository, name: string, snapshotId?: string): Promise<number[]> {
  const session = await repository.readonlySession(snapshotId === undefined ? { branch: 'main' } : { snapshotId });
  const root = zarr.root(toZarritaStore(session.store));
  const { data } = await zarr.get(await zarr.open(root.resolve(name), { kind: 'array' }));
  return [...(data as Iterable<number>)];
}

describe('the demo, run twice on one folder', () => {
  let path: string;
  let runs: DemoRun[];
  let repository: Repository;
  let log: Commit[];
  let source: number[];

  beforeAll(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'demo-')), 'new', 'precipitation');
    runs = [await runDemo('--path', path), await runDemo('--path', path)];
    repository = await Repository.open(Storage.newCustom(toIcechunkCallbacks(localFilesystemStorage(path))));
    log = await repository.ancestry({ branch: 'main' });
    const data = new URL('../data/annual-precip.json', import.meta.resolve('vega-datasets'));
    source = (JSON.parse(await readFile(data, 'utf8')) as { values: number[] }).values;
  }, 120_000);

  afterAll(() => rm(join(path, '..', '..'), { recursive: true, force: true }));

  it('succeeds, in silence but for its story, and without colours in a pipe', () => {
    for (const { code, err, out } of runs) {
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).not.toContain('\u001b');
    }
  });

  it('adds four commits each time, all of which are in the log once', () => {
    expect(log).toHaveLength(9);
    for (const run of runs) {
      const said = commitsOf(run);
      expect(said).toHaveLength(4);
      for (const id of said) expect(log.filter((commit) => commit.id === id)).toHaveLength(1);
    }
    expect(new Set(runs.flatMap(commitsOf)).size).toBe(8);
  });

  it('lets two processes commit, of which one has to rebase', () => {
    for (const [index, run] of runs.entries()) {
      const ofRace = log.slice(0, 8).slice(index === 0 ? 4 : 0, index === 0 ? 6 : 2);
      const by = ofRace.map(({ message }) => /^means by (latitude|longitude), by process (\d+)$/.exec(message));
      expect(new Set(by.map((match) => match?.[1]))).toEqual(new Set(['latitude', 'longitude']));
      expect(new Set(by.map((match) => match?.[2])).size).toBe(2);
      expect(run.out.match(/, first$/gm)).toHaveLength(1);
      expect(run.out.match(/, rebased on the other$/gm)).toHaveLength(1);
    }
  });

  it('keeps the source as it was, cell by cell, in the first snapshot of each run', async () => {
    const originals = log.filter(({ message }) => message === 'annual precipitation');
    expect(originals).toHaveLength(2);
    for (const { id } of originals) expect(await cellsOf(repository, 'precipitation', id)).toEqual(source);
  });

  it('has a thousand millimetres more in the Sahara, and nothing else, in the second', async () => {
    const wetter = log.filter(({ message }) => message === 'the Sahara with 1000 mm more');
    expect(wetter).toHaveLength(2);
    const expected = source.map((value, cell) => {
      const [row, column] = [Math.floor(cell / 360), cell % 360];
      return row >= 55 && row < 72 && column >= 165 && column < 215 ? value + 1_000 : value;
    });
    for (const { id } of wetter) expect(await cellsOf(repository, 'precipitation', id)).toEqual(expected);
    expect(await cellsOf(repository, 'precipitation')).toEqual(expected);
  });

  it('holds what both processes wrote', async () => {
    const cells = await cellsOf(repository, 'precipitation');
    const byLatitude = await cellsOf(repository, 'mean_by_latitude');
    const byLongitude = await cellsOf(repository, 'mean_by_longitude');
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(byLatitude).toEqual(
      Array.from({ length: 168 }, (_, row) => sum(cells.slice(row * 360, row * 360 + 360)) / 360),
    );
    expect(byLongitude).toEqual(
      Array.from({ length: 360 }, (_, column) => sum(cells.filter((_value, cell) => cell % 360 === column)) / 168),
    );
  });
});
