import { createStorage, localDefaults, type StorageClient } from '@icechunk/storage-core';
import * as vocabulary from '@icechunk-tooling/model';
import { checkInterleavings, checkSequences, ModelFailure, type ModelTarget } from '@icechunk-tooling/model';
import { describe, expect, it } from 'vitest';
import { InMemoryClient, InMemoryObjects } from '../src/index.ts';
import {
  CountsPages,
  checksThenWrites,
  DeletesNeighbours,
  ForgetsAKey,
  LastWriteWins,
  StaleRead,
  TornRead,
} from './broken-clients.ts';

type Make = (wrap: (client: StorageClient) => StorageClient) => StorageClient;

const sound: Make = (wrap) => wrap(new InMemoryClient(new InMemoryObjects()));
const broken = (Client: new (objects: InMemoryObjects) => StorageClient): Make => {
  return (wrap) => wrap(new Client(new InMemoryObjects()));
};
const racing: Make = (wrap) => checksThenWrites(sound(wrap));

function targetOf(make: Make): ModelTarget {
  return {
    name: 'a broken memory',
    open: (wrap, settings) => createStorage(make(wrap), { defaults: localDefaults, settings }),
    flatNamespace: true,
    userMetadata: true,
  };
}

async function failureOf(work: Promise<void>): Promise<ModelFailure | undefined> {
  const failure = await work.then(
    () => undefined,
    (err: unknown) => err,
  );
  if (failure !== undefined && !(failure instanceof ModelFailure)) throw failure;
  return failure;
}

/** Runs a script as it is printed. */
async function play(script: readonly string[], make: Make): Promise<void> {
  const { smallPages, smallLimits: settings } = vocabulary;
  const storage = createStorage(make(smallPages), { defaults: localDefaults, settings });
  const names = { ...vocabulary, expect, storage };
  const body = `return (async () => {\n${script.join('\n')}\n})();`;
  const run = new Function(...Object.keys(names), body) as (...values: unknown[]) => Promise<void>;
  await run(...Object.values(names));
}

const seeds = [1, 2, 3];

describe.each(seeds)('the model test, with seed %i', (seed) => {
  it.each([
    ['an update without its condition', broken(LastWriteWins)],
    ['a stale read', broken(StaleRead)],
    ['a listing that forgets a key', broken(ForgetsAKey)],
    ['a delete of neighbours', broken(DeletesNeighbours)],
  ])('finds %s, and prints a script that shows it', async (_, make) => {
    const failure = await failureOf(checkSequences(targetOf(make), { seed }));
    expect(failure?.script.length).toBeGreaterThan(0);
    expect(failure?.script.length).toBeLessThan(8);
    expect(failure?.message).toContain(failure?.script.join('\n'));
    expect(failure?.message).toContain(`seed ${seed}, path "`);
    await expect(play(failure?.script ?? [], make)).rejects.toThrow();
    await play(failure?.script ?? [], sound);
  });

  it.each([
    ['an update without its condition', broken(LastWriteWins)],
    ['a stale read', broken(StaleRead)],
    ['a delete of neighbours', broken(DeletesNeighbours)],
    ['a write that checks first and writes then', racing],
    ['a read of parts of two versions', broken(TornRead)],
    ['a listing that goes on at a number', broken(CountsPages)],
  ])('finds %s where operations overlap', async (_, make) => {
    const failure = await failureOf(checkInterleavings(targetOf(make), { seed }));
    expect(failure?.script.length).toBeGreaterThan(0);
    expect(failure?.message).toContain(failure?.script.join('\n'));
  });

  it.each([
    ['a write that checks first and writes then', racing],
    ['a read of parts of two versions', broken(TornRead)],
    ['a listing that goes on at a number', broken(CountsPages)],
  ])('sees nothing of %s while nothing overlaps', async (_, make) => {
    expect(await failureOf(checkSequences(targetOf(make), { seed }))).toBeUndefined();
  });
});

describe('what is printed', () => {
  it('is the shortest script, line by line as it ran', async () => {
    const failure = await failureOf(checkSequences(targetOf(broken(StaleRead)), { seed: 1 }));
    expect(failure?.script).toEqual([
      "const v1 = await written(storage.putObject('a', bytes('')));",
      "const v2 = await written(storage.putObject('a', bytes('')));",
      "expect(await outcomeOf(storage.getObjectConditional('a', undefined))).toEqual({ kind: 'found', text: '', version: v2, sizeBytes: 0 });",
    ]);
  });

  it('gives a path that leads back to the failure', async () => {
    const target = targetOf(broken(StaleRead));
    const first = await failureOf(checkSequences(target, { seed: 1 }));
    const path = /path "([^"]+)"/.exec(first?.message ?? '')?.[1] ?? 'no path';
    const again = await failureOf(checkSequences(target, { seed: 1, path }));
    expect(again?.script).toEqual(first?.script);
  });

  it('shows overlapping operations as calls and awaits', async () => {
    const failure = await failureOf(checkInterleavings(targetOf(racing), { seed: 1 }));
    const script = failure?.script ?? [];
    const calls = script.filter((line) => /^const p\d+ = outcomeOf\(storage\./.test(line));
    const awaits = script.filter((line) => / await p\d+; \/\/ |^await p\d+; \/\/ /.test(line));
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.length + awaits.length).toBe(script.length);
    expect(awaits.length).toBe(calls.length);
    await play(script, sound);
  });
});
