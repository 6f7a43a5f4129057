import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { underLock } from '../src/install-lock.ts';

let root: string;
let file: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lock-'));
  file = join(root, 'lock');
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('lets one in at a time, and leaves nothing', async () => {
  let inside = 0;
  const most: number[] = [];
  const act = async (): Promise<void> => {
    inside += 1;
    await readdir(root);
    most.push(inside);
    inside -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => underLock(file, act)));
  expect(most).toEqual([1, 1, 1, 1]);
  expect(await readdir(root)).toEqual([]);
});

it('gives back what was done, and lets the next in where it failed', async () => {
  const failing = underLock(file, async () => {
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  expect(await underLock(file, async () => 7)).toBe(7);
});

it('counts a process that is gone for nothing', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await writeFile(file, String(pid));
  expect(await underLock(file, async () => 'in')).toBe('in');
});

it('waits for a process that runs', async () => {
  await writeFile(file, String(process.pid));
  let done = false;
  const waiting = underLock(file, async () => {
    done = true;
  });
  for (let look = 0; look < 20; look += 1) await readdir(root);
  expect(done).toBe(false);
  await rm(file);
  await waiting;
  expect(done).toBe(true);
});

it('fails where there is no folder for the lock', async () => {
  await expect(underLock(join(root, 'none/lock'), async () => 1)).rejects.toThrow('ENOENT');
});
