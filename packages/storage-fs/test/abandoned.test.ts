import { readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sweep } from '../src/abandoned.ts';
import { createMutations } from '../src/atomic-write.ts';
import type { FileSystem } from '../src/file-system.ts';
import { HeldInodes } from '../src/held-inodes.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { currentOwner, ownerDigits, parseOwner } from '../src/owner.ts';
import { claimFile, tempName } from '../src/side-name.ts';
import { runSteps } from '../src/steps.ts';
import { fileVersionOf } from '../src/version.ts';
import { writePort } from '../src/write-port.ts';
import { tempFolder } from './temp-folder.ts';

const dead = ownerDigits({ ...parseOwner(currentOwner()), pid: 2n ** 31n - 1n });
const elsewhere = ownerDigits({ place: 1n, pid: 7n, thread: 7n, start: 7n });
const late = async (): Promise<bigint> => 2n ** 60n;

async function folderWith(names: readonly string[]): Promise<string> {
  const root = await tempFolder();
  for (const name of names) await writeFile(join(root, name), 'bytes');
  return root;
}

async function swept(
  root: string,
  clock: () => Promise<bigint> = late,
  files: FileSystem = nodeFileSystem(root),
): Promise<string[]> {
  const owner = currentOwner();
  const port = writePort(
    { files, owner, held: new HeldInodes(files, owner, root), durable: undefined },
    async () => undefined,
  );
  await runSteps(sweep(root), { ...port, clock });
  return (await readdir(root)).sort();
}

describe('a sweep', () => {
  test('removes the temp files of dead owners, and of nobody else', async () => {
    const kept = [tempName(currentOwner()), tempName(elsewhere), 'repo', 'repo#3'];
    const root = await folderWith([...kept, tempName(dead), tempName(dead)]);
    expect(await swept(root)).toEqual(kept.sort());
  });

  test('leaves a temp file that a claim names on a version that still stands: somebody may publish it', async () => {
    const temp = tempName(dead);
    const root = await folderWith(['repo', temp]);
    await symlink(
      temp,
      claimFile(join(root, 'repo'), fileVersionOf(await stat(join(root, 'repo'), { bigint: true })), 0),
    );
    const before = (await readdir(root)).sort();
    expect(await swept(root)).toEqual(before);
  });

  test('removes claims on versions that are gone, whoever laid them, and what dead owners meant by them', async () => {
    const mine = tempName(currentOwner());
    const temp = tempName(dead);
    const root = await folderWith(['repo', temp, mine]);
    const version = { ino: 1n, mtimeUs: 2n, sizeBytes: 3n };
    await symlink(temp, claimFile(join(root, 'repo'), version, 0));
    await symlink(mine, claimFile(join(root, 'repo'), version, 1));
    await symlink(temp, claimFile(join(root, 'gone'), version, 0));
    expect(await swept(root)).toEqual([mine, 'repo'].sort());
  });

  test('leaves what holds an inode until the clock is past its time', async () => {
    const temp = tempName(dead);
    const root = await folderWith([temp]);
    const { mtimeUs } = fileVersionOf(await stat(join(root, temp), { bigint: true }));
    expect(await swept(root, async () => mtimeUs)).toEqual([temp]);
    expect(await swept(root, async () => mtimeUs + 1n)).toEqual([]);
  });

  test('reads a folder in which nobody died once, however many names it has', async () => {
    const root = await folderWith(['repo', tempName(currentOwner()), tempName(elsewhere)]);
    await symlink(tempName(currentOwner()), claimFile(join(root, 'gone'), { ino: 1n, mtimeUs: 2n, sizeBytes: 3n }, 0));
    const files = nodeFileSystem(root);
    let listings = 0;
    const sideNames = (folder: string): Promise<readonly string[]> => {
      listings += 1;
      return files.sideNames(folder);
    };
    expect((await swept(root, late, { ...files, sideNames })).length).toBe(3);
    expect(listings).toBe(1);
  });

  test('of a folder that is not there does nothing', async () => {
    const root = await tempFolder();
    const files = nodeFileSystem(root);
    const port = writePort(
      { files, owner: dead, held: new HeldInodes(files, dead, root), durable: undefined },
      async () => undefined,
    );
    await runSteps(sweep(join(root, 'missing')), port);
    expect(await readdir(root)).toEqual([]);
  });

  test('follows the first write in a folder', async () => {
    const temp = tempName(dead);
    const root = await folderWith([temp]);
    let seen: () => void = () => undefined;
    const gone = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const files = nodeFileSystem(root);
    const unlink = async (path: string): Promise<boolean> => {
      const isGone = await files.unlink(path);
      if (path.endsWith(temp) && isGone) seen();
      return isGone;
    };
    const mutations = createMutations({ root, files: { ...files, unlink } });
    await mutations.put(join(root, 'a'), (path) => writeFile(path, 'x'), undefined, new AbortController().signal);
    await gone;
    expect(await readdir(root)).toEqual(['a']);
  });
});
