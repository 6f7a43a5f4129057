import { readdir, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../src/make-folder.ts';
import { tempFolder } from './temp-folder.ts';

describe('makeFolder', () => {
  test('makes what is missing and names the first of it', async () => {
    const root = await tempFolder();
    expect(await makeFolder(join(root, 'a', 'b', 'c'))).toBe(join(root, 'a'));
    expect(await makeFolder(join(root, 'a', 'b', 'd'))).toBe(join(root, 'a', 'b', 'd'));
    expect(await makeFolder(join(root, 'a', 'b', 'c'))).toBeUndefined();
    expect((await readdir(join(root, 'a', 'b'))).sort()).toEqual(['c', 'd']);
  });

  test('of many at once makes each folder', async () => {
    const root = await tempFolder();
    await Promise.all(Array.from({ length: 40 }, (_, index) => makeFolder(join(root, 'x', 'y', `z${index % 7}`))));
    expect((await readdir(join(root, 'x', 'y'))).length).toBe(7);
  });

  test('goes through a link to a folder, and fails on a file and below one', async () => {
    const root = await tempFolder();
    await makeFolder(join(root, 'real'));
    await symlink(join(root, 'real'), join(root, 'link'));
    expect(await makeFolder(join(root, 'link', 'sub'))).toBe(join(root, 'link', 'sub'));
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(root, 'file', 'sub'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  test('is not misled by a folder that is removed again and again meanwhile', async () => {
    const folder = join(await tempFolder(), 'a', 'b');
    let isDone = false;
    const remove = async (): Promise<void> => {
      while (!isDone) await rmdir(folder).catch(() => undefined);
    };
    const make = async (): Promise<void> => {
      for (let round = 0; round < 1_000; round++) await makeFolder(folder);
    };
    const removing = Promise.all([remove(), remove()]);
    try {
      await Promise.all([make(), make()]);
    } finally {
      isDone = true;
      await removing;
    }
  });

  test('fails on a link that leads nowhere', async () => {
    const root = await tempFolder();
    await symlink(join(root, 'nowhere'), join(root, 'link'));
    await expect(makeFolder(join(root, 'link'))).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('ends where a file system says that what is there is not', async () => {
    await expect(makeFolder('/proc/icechunk')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
