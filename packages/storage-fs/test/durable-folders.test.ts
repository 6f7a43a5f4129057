import { expect, test } from 'vitest';
import { DurableFolders } from '../src/durable-folders.ts';
import type { FileSystem } from '../src/file-system.ts';

function recording(
  failing: Readonly<Record<string, string>> = {},
  identities: Readonly<Record<string, string>> = {},
): [DurableFolders, string[]] {
  const synced: string[] = [];
  const sync = async (path: string): Promise<string> => {
    const code = failing[path];
    if (code !== undefined) throw Object.assign(new Error('failing'), { code });
    synced.push(path);
    return identities[path] ?? 'the first';
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

test('the folders that lead to one that had to be made again are new again too', async () => {
  const [folders, synced] = recording();
  await folders.sync('/data/root/a');
  folders.forget('/data/root/a/b/c');
  synced.length = 0;
  await folders.sync('/data/root/a');
  expect(synced).toEqual(['/data/root/a', '/data/root', '/data']);
});

test('a folder that another process removed and made again is new again', async () => {
  const identities: Record<string, string> = {};
  const [folders, synced] = recording({}, identities);
  await folders.sync('/data/root/a');
  identities['/data/root/a'] = 'the second';
  synced.length = 0;
  await folders.sync('/data/root/a');
  expect(synced).toEqual(['/data/root/a', '/data/root', '/data']);
});

test('folders that were made above the root are written through as well', async () => {
  const [folders, synced] = recording();
  folders.made('/x/data');
  folders.made('/data/root/a');
  folders.made('/data');
  await folders.sync('/data/root/a');
  expect(synced).toEqual(['/data/root/a', '/data/root', '/data', '/']);
});

test('a folder above the root that may not be read is left to itself, one below it is not', async () => {
  const [folders, synced] = recording({ '/data': 'EACCES' });
  await folders.sync('/data/root/a');
  expect(synced).toEqual(['/data/root/a', '/data/root']);
  const [others] = recording({ '/data/root': 'EACCES' });
  await expect(others.sync('/data/root/a')).rejects.toMatchObject({ code: 'EACCES' });
  const [broken] = recording({ '/data': 'EIO' });
  await expect(broken.sync('/data/root/a')).rejects.toMatchObject({ code: 'EIO' });
});

test('a folder that a removal took with it needs no sync, and one that fails is not known', async () => {
  const [folders] = recording({ '/data/root/gone': 'ENOENT' });
  await folders.syncIfThere('/data/root/gone');
  await expect(folders.sync('/data/root/gone')).rejects.toMatchObject({ code: 'ENOENT' });
});
