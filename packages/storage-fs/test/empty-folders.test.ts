import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMutations } from '../src/atomic-write.ts';
import { EmptyFolders } from '../src/empty-folders.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { tempFolder } from './temp-folder.ts';

const signal = new AbortController().signal;

describe('folders', () => {
  test('are removed up to the first that holds something, and never the root', async () => {
    const root = await tempFolder();
    const folders = new EmptyFolders(nodeFileSystem(root), root);
    await mkdir(join(root, 'a/b/c'), { recursive: true });
    await writeFile(join(root, 'a/kept'), '');
    await folders.prune(join(root, 'a/b/c'));
    expect(await readdir(join(root, 'a'))).toEqual(['kept']);
    await mkdir(join(root, 'd/e'), { recursive: true });
    await folders.prune(join(root, 'd/e'));
    expect(await readdir(root)).toEqual(['a']);
    await folders.prune(root);
    expect(await readdir(root)).toEqual(['a']);
  });

  test('of an empty root are removed, and the root stays', async () => {
    const root = await tempFolder();
    await mkdir(join(root, 'a'));
    await new EmptyFolders(nodeFileSystem(root), root).prune(join(root, 'a'));
    expect(await readdir(root)).toEqual([]);
  });

  test('are asked for once after many removals at once', async () => {
    const root = await tempFolder();
    const asked: string[] = [];
    const files = nodeFileSystem(root);
    const removeFolder = (folder: string): Promise<boolean> => {
      asked.push(folder);
      return files.removeFolder(folder);
    };
    const folders = new EmptyFolders({ ...files, removeFolder }, root);
    const folder = join(root, 'a');
    await mkdir(folder);
    await Promise.all(Array.from({ length: 50 }, () => folders.after(folder, async () => readdir(folder))));
    expect(asked).toEqual([folder]);
  });

  test('that are removed under a write are made again, and the write lands', async () => {
    const root = await tempFolder();
    const mutations = createMutations({ root });
    const deep = (name: number): string => join(root, 'a/b/c', String(name));
    const round = async (name: number): Promise<boolean> => {
      const answer = await mutations.put(deep(name), (temp) => writeFile(temp, 'x'), { kind: 'create' }, signal);
      await mutations.remove(deep(name), signal);
      return answer.kind === 'stored';
    };
    const rounds = Array.from({ length: 8 }, async (_, writer) => {
      const landed: boolean[] = [];
      for (let count = 0; count < 40; count++) landed.push(await round(writer));
      return landed.every(Boolean);
    });
    expect(await Promise.all(rounds)).toEqual(Array.from({ length: 8 }, () => true));
  });
});
