import { lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directCalls, pooledCalls } from '../src/name-calls.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { tempFolder } from './temp-folder.ts';

describe.each([
  ['direct', directCalls],
  ['pooled', pooledCalls],
])('%s calls', (_, calls) => {
  test('do the same, and reject with the same codes', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a'), 'A');
    await calls.link(join(folder, 'a'), join(folder, 'b'));
    await calls.symlink('target', join(folder, 'c'));
    const [a, b] = await Promise.all(['a', 'b'].map((name) => calls.lstat(join(folder, name), { bigint: true })));
    expect(b?.ino).toBe(a?.ino);
    expect(typeof a?.mtimeNs).toBe('bigint');
    expect(await readlink(join(folder, 'c'))).toBe('target');
    expect((await calls.lstat(join(folder, 'c'), { bigint: true })).isSymbolicLink()).toBe(true);
    await expect(calls.link(join(folder, 'a'), join(folder, 'b'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(calls.symlink('x', join(folder, 'c'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(calls.lstat(join(folder, 'none'), { bigint: true })).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the real file system', () => {
  test('asks once where it lies, and again as long as its folder is not there', async () => {
    const folder = join(await tempFolder(), 'later');
    let asked = 0;
    const statfs = (async (path: string) => {
      asked++;
      await lstat(path);
      return { type: 0xef53 };
    }) as never;
    const files = nodeFileSystem(folder, { calls: { statfs } });
    expect(await files.stat(join(folder, 'a'))).toBeUndefined();
    await mkdir(folder);
    await writeFile(join(folder, 'a'), 'A');
    for (let round = 0; round < 3; round++) expect((await files.stat(join(folder, 'a')))?.size).toBe(1n);
    expect(asked).toBe(2);
  });
});
