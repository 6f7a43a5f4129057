import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HeldInodes } from '../src/held-inodes.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { currentOwner } from '../src/owner.ts';
import { parseSideName } from '../src/side-name.ts';
import type { Port } from '../src/steps.ts';
import { fileVersionOf } from '../src/version.ts';
import { writePort } from '../src/write-port.ts';
import { tempFolder } from './temp-folder.ts';

function portOf(root: string, write: (temp: string) => Promise<void>): Port {
  const files = nodeFileSystem(root);
  const owner = currentOwner();
  return writePort({ files, owner, held: new HeldInodes(files, owner, root), durable: undefined }, write);
}

describe('a temp file', () => {
  test('lies beside the object under a name of its owner, with the version of what was written', async () => {
    const root = await tempFolder();
    const temp = await portOf(root, (path) => writeFile(path, 'bytes')).writeTemp(join(root, 'a/b/c'));
    expect(dirname(temp.path)).toBe(join(root, 'a/b'));
    expect((await readdir(join(root, 'a/b'))).map(parseSideName)).toEqual([{ kind: 'owned', owner: currentOwner() }]);
    expect(temp.version).toEqual(fileVersionOf(await stat(temp.path, { bigint: true })));
  });

  test.each([
    ['long ago', () => 1_000_000_000],
    ['a second ago', () => Date.now() / 1000 - 1],
    ['to come', () => 4_000_000_000],
  ])('with a time that is not its own (%s) gets one: a copied time could come again', async (_, timeOf) => {
    const root = await tempFolder();
    const before = BigInt(Date.now()) * 1000n;
    const copy = async (path: string): Promise<void> => {
      await writeFile(path, 'bytes');
      await utimes(path, timeOf(), timeOf());
    };
    const { version } = await portOf(root, copy).writeTemp(join(root, 'a'));
    expect(version.mtimeUs).toBeGreaterThanOrEqual(before);
    expect(version.mtimeUs).toBeLessThanOrEqual(BigInt(Date.now() + 2) * 1000n);
  });

  test('is written again where its folder was removed before, and given up where the failure is another', async () => {
    const root = await tempFolder();
    let tries = 0;
    const write = async (path: string): Promise<void> => {
      if (++tries < 4) await rm(join(root, 'a'), { recursive: true, force: true });
      await writeFile(path, 'bytes');
    };
    await mkdir(join(root, 'a'));
    const temp = await portOf(root, write).writeTemp(join(root, 'a/b'));
    expect(tries).toBe(4);
    expect((await stat(temp.path)).size).toBe(5);
    const missing = Object.assign(new Error('the source is missing'), { code: 'ENOENT' });
    await expect(portOf(root, () => Promise.reject(missing)).writeTemp(join(root, 'c'))).rejects.toBe(missing);
    expect(await readdir(root)).toEqual(['a']);
  });
});

test("the clock is the file system's, and asking it leaves nothing", async () => {
  const root = await tempFolder();
  await writeFile(join(root, 'a'), '');
  const { mtimeUs } = fileVersionOf(await stat(join(root, 'a'), { bigint: true }));
  expect(await portOf(root, async () => undefined).clock(root)).toBeGreaterThanOrEqual(mtimeUs);
  expect(await readdir(root)).toEqual(['a']);
});

test('asking for the clock of a folder that is gone does not make it again', async () => {
  const root = await tempFolder();
  await expect(portOf(root, async () => undefined).clock(join(root, 'gone'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(root)).toEqual([]);
});
