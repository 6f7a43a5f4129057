import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from '../src/disk.ts';
import { type Place, refuseLinks } from '../src/links.ts';
import { tempFolder } from './temp-folder.ts';

async function place(): Promise<Place> {
  return { disk: realDisk, root: await tempFolder(), platform: process.platform };
}

const refused = (err: unknown): boolean => isStorageError(err, 'invalid_path') && err.detail.includes('symbolic link');

describe('refuseLinks', () => {
  it('passes files and folders, and whatever is not there', async () => {
    const here = await place();
    await mkdir(join(here.root, 'a/b'), { recursive: true });
    await writeFile(join(here.root, 'a/b/c'), '');
    for (const key of ['a/b/c', 'a/b', 'a', 'a/x/y/z', 'x', 'a/b/c/d/e']) {
      for (const through of ['folders', 'file'] as const) await refuseLinks(here, key, through);
    }
  });

  it('refuses a link at any depth, wherever it leads', async () => {
    const here = await place();
    await mkdir(join(here.root, 'a/real/deep'), { recursive: true });
    await symlink(await tempFolder(), join(here.root, 'a/out'));
    await symlink('real', join(here.root, 'a/in'));
    await symlink('nowhere', join(here.root, 'a/broken'));
    for (const key of ['a/out/x', 'a/in/x', 'a/in/deep/x', 'a/broken/x/y']) {
      await expect(refuseLinks(here, key, 'folders'), key).rejects.toSatisfy(refused);
    }
    for (const key of ['a/out', 'a/in', 'a/broken']) {
      await refuseLinks(here, key, 'folders');
      await expect(refuseLinks(here, key, 'file'), key).rejects.toSatisfy(refused);
    }
  });

  it('lets the root be a link', async () => {
    const target = await tempFolder();
    await mkdir(join(target, 'a'));
    const root = join(await tempFolder(), 'link');
    await symlink(target, root);
    await refuseLinks({ ...(await place()), root }, 'a/b', 'file');
  });

  it('sees a folder that has become a link since', async () => {
    const here = await place();
    await refuseLinks(here, 'a/b', 'folders');
    await symlink(await tempFolder(), join(here.root, 'a'));
    await expect(refuseLinks(here, 'a/b', 'folders')).rejects.toSatisfy(refused);
  });

  it('looks at each folder once, and at nothing for a file in the root', async () => {
    const here = await place();
    await mkdir(join(here.root, 'a/b'), { recursive: true });
    const seen: string[] = [];
    const lstat = (async (file: string) => {
      seen.push(file.slice(here.root.length + 1));
      return await realDisk.lstat(file);
    }) as unknown as Disk['lstat'];
    await refuseLinks({ ...here, disk: { ...realDisk, lstat } }, 'repo', 'folders');
    expect(seen).toEqual([]);
    await refuseLinks({ ...here, disk: { ...realDisk, lstat } }, 'a/b/c', 'folders');
    expect(seen).toEqual(['a', 'a/b']);
  });
});
