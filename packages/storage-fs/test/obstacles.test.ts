import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageError, StorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from '../src/disk.ts';
import type { Place } from '../src/links.ts';
import { findObstacle, refuseFileAsRoot, refuseOther } from '../src/obstacles.ts';
import { tempFolder } from './temp-folder.ts';

async function place(): Promise<Place> {
  return { disk: realDisk, root: await tempFolder(), platform: process.platform };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** A disk that is mounted read-only: what `access` says there. */
const readOnlyDisk: Disk = {
  ...realDisk,
  access: (async (path: string, mode: number) => {
    await realDisk.access(path, mode);
    throw failure('EROFS');
  }) as Disk['access'],
};

describe('refuseOther', () => {
  it('passes a file, and nothing at all', async () => {
    const here = await place();
    await writeFile(join(here.root, 'file'), '');
    for (const key of ['file', 'absent', 'file/below']) await refuseOther(here, key);
  });

  it('says what lies in the place of the object', async () => {
    const here = await place();
    await mkdir(join(here.root, 'folder'));
    await symlink('nowhere', join(here.root, 'link'));
    execFileSync('mkfifo', [join(here.root, 'pipe')]);
    for (const [key, words] of [
      ['folder', 'objects lie under'],
      ['link', 'symbolic link'],
      ['pipe', 'neither file nor folder'],
    ] as const) {
      const refused = (err: unknown): boolean => isStorageError(err, 'invalid_path') && err.detail.includes(words);
      await expect(refuseOther(here, key), key).rejects.toSatisfy(refused);
    }
  });
});

describe('refuseFileAsRoot', () => {
  it('refuses a root that is a file, naming the field', async () => {
    const root = join(await tempFolder(), 'file');
    await writeFile(root, '');
    await expect(refuseFileAsRoot({ ...(await place()), root })).rejects.toSatisfy(
      (err) => isStorageError(err, 'invalid_options') && err.detail === 'path is a file, and takes a folder',
    );
  });

  it('passes a folder, and a root that is not there', async () => {
    const here = await place();
    await refuseFileAsRoot(here);
    await refuseFileAsRoot({ ...here, root: join(here.root, 'absent') });
  });
});

describe('findObstacle', () => {
  it('finds the file system read-only where a write found no folder', async () => {
    const here = { ...(await place()), disk: readOnlyDisk };
    for (const key of ['a', 'new/a', 'new/er/a']) {
      await expect(findObstacle(here, key, 'write', failure('ENOENT')), key).rejects.toMatchObject({ code: 'EROFS' });
    }
    const absent = { ...here, root: join(here.root, 'absent/root') };
    await expect(findObstacle(absent, 'a', 'write', failure('ENOENT'))).rejects.toMatchObject({ code: 'EROFS' });
  });

  it('leaves alone what speaks for itself', async () => {
    const here = { ...(await place()), disk: readOnlyDisk };
    await mkdir(join(here.root, 'folder'));
    await findObstacle(here, 'folder', 'read', failure('ENOENT'));
    await findObstacle(here, 'folder', 'read', failure('EISDIR'));
    await findObstacle(here, 'folder', 'write', failure('EMFILE'));
    await findObstacle(
      here,
      'a',
      'write',
      new StorageError({ kind: 'not_found', message: '', providerCode: 'ENOENT' }),
    );
    await findObstacle(await place(), 'new/er/a', 'write', failure('ENOENT'));
  });

  it('finds a folder in the place of a file', async () => {
    const here = await place();
    await mkdir(join(here.root, 'folder'));
    const found = findObstacle(here, 'folder', 'write', failure('EISDIR'));
    await expect(found).rejects.toSatisfy((err) => isStorageError(err, 'invalid_path'));
  });

  it('finds a root that is a file, also by an error that was explained', async () => {
    const root = join(await tempFolder(), 'file');
    await writeFile(root, '');
    const here = { ...(await place()), root };
    const explained = new StorageError({ kind: 'not_found', message: '', providerCode: 'ENOTDIR' });
    for (const err of [failure('ENOTDIR'), failure('EEXIST'), explained]) {
      await expect(findObstacle(here, 'a', 'read', err)).rejects.toSatisfy((found) =>
        isStorageError(found, 'invalid_options'),
      );
    }
  });
});
