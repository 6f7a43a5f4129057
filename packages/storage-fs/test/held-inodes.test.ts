import { mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMutations } from '../src/atomic-write.ts';
import type { FileSystem } from '../src/file-system.ts';
import { HeldInodes } from '../src/held-inodes.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { currentOwner } from '../src/owner.ts';
import { withFrozenClock } from './frozen-clock.ts';
import { tempFolder } from './temp-folder.ts';

const signal = new AbortController().signal;

describe('versions never come again, on a clock that stands still', () => {
  test('while an object is replaced by others of the same size, deleted and made anew', async () => {
    const root = await tempFolder();
    const file = join(root, 'object');
    const mutations = createMutations({ root, files: withFrozenClock(root) });
    const etags: (string | undefined)[] = [];
    for (let round = 0; round < 60; round++) {
      const answer = await mutations.put(file, (temp) => writeFile(temp, 'same size'), undefined, signal);
      if (answer.kind === 'stored') etags.push(answer.version.etag);
      if (round % 7 === 6) await mutations.remove(file, signal);
    }
    expect(etags.length).toBe(60);
    expect(new Set(etags).size).toBe(60);
  });
});

describe('a held inode', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('outlives its name until the clock of its folder is past its time', async () => {
    const [root, files] = await rootWithObject();
    const held = new HeldInodes(files, currentOwner(), root);
    await held.hold(join(root, 'object'), 1_000n);
    const [name = ''] = (await readdir(root)).filter((each) => each.includes('#'));
    const before = await stat(join(root, 'object'), { bigint: true });
    await unlink(join(root, 'object'));
    await held.release(root, 1_000n);
    await held.release(join(root, 'elsewhere'), 2_000n);
    expect((await stat(join(root, name), { bigint: true })).ino).toBe(before.ino);
    await held.release(root, 1_001n);
    expect(await readdir(root)).toEqual([]);
  });

  test('is released after the coarsest tick there is, where nothing else is written', async () => {
    const [root, files] = await rootWithObject();
    let released: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      released = resolve;
    });
    const unlink = (path: string): Promise<boolean> => files.unlink(path).finally(released);
    const held = new HeldInodes({ ...files, unlink }, currentOwner(), root);
    await held.hold(join(root, 'object'), BigInt(Date.now()) * 1000n);
    await vi.advanceTimersByTimeAsync(1_999);
    expect((await readdir(root)).length).toBe(2);
    await vi.advanceTimersByTimeAsync(200);
    await gone;
    expect(await readdir(root)).toEqual(['object']);
  });

  test('has its second name in the root, or beside it where a file system is mounted between', async () => {
    const [root, files] = await rootWithObject();
    await mkdir(join(root, 'mounted'));
    const file = join(root, 'mounted', 'object');
    await writeFile(file, 'bytes');
    const elsewhere = Object.assign(new Error('another file system'), { code: 'EXDEV' });
    const link = (from: string, to: string): Promise<boolean> =>
      dirname(to) === root ? Promise.reject(elsewhere) : files.link(from, to);
    const named = async (): Promise<number[]> =>
      await Promise.all([root, join(root, 'mounted')].map(async (each) => (await readdir(each)).length));
    await new HeldInodes(files, currentOwner(), root).hold(file, 1_000n);
    expect(await named()).toEqual([3, 1]);
    await new HeldInodes({ ...files, link }, currentOwner(), root).hold(file, 1_000n);
    expect(await named()).toEqual([3, 2]);
  });

  test('of an object that is not there is none', async () => {
    const [root, files] = await rootWithObject();
    await new HeldInodes(files, currentOwner(), root).hold(join(root, 'missing'), 1_000n);
    expect(await readdir(root)).toEqual(['object']);
  });
});

test('where no second name may be made, the writer waits for the tick to pass', async () => {
  const [root, files] = await rootWithObject();
  const link = () => Promise.reject(Object.assign(new Error('not yours'), { code: 'EPERM' }));
  const waited = performance.now();
  await new HeldInodes({ ...files, link }, currentOwner(), root).hold(join(root, 'object'), 1_000n);
  expect(performance.now() - waited).toBeGreaterThan(2_000);
});

async function rootWithObject(): Promise<[string, FileSystem]> {
  const root = await tempFolder();
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'object'), 'bytes');
  return [root, nodeFileSystem(root)];
}
