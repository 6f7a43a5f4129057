import { expect, test } from 'vitest';
import { DurableFolders } from '../src/durable-folders.ts';
import type { FileSystem } from '../src/file-system.ts';

function recording(missing?: string): [DurableFolders, string[]] {
  const synced: string[] = [];
  const sync = async (path: string): Promise<void> => {
    if (path === missing) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    synced.push(path);
  };
  return [new DurableFolders({ sync } as Partial<FileSystem> as FileSystem, '/data/root'), synced];
}

test('the first sync of a folder reaches the one that holds the root, later ones only the folder', async () => {
  const [folders, synced] = recording();
  await folders.sync('/data/root/a/b');
  expect(synced).toEqual(['/data/root/a/b', '/data/root/a', '/data/root', '/data']);
  await folders.sync('/data/root/a/b');
  expect(synced.slice(4)).toEqual(['/data/root/a/b']);
});

test('a folder that had to be made again is new again', async () => {
  const [folders, synced] = recording();
  await folders.sync('/data/root');
  folders.forget('/data/root');
  await folders.sync('/data/root');
  expect(synced).toEqual(['/data/root', '/data', '/data/root', '/data']);
});

test('a folder that a removal took with it needs no sync, and one that fails is not known', async () => {
  const [folders] = recording('/data/root/gone');
  await folders.syncIfThere('/data/root/gone');
  await expect(folders.sync('/data/root/gone')).rejects.toMatchObject({ code: 'ENOENT' });
});
