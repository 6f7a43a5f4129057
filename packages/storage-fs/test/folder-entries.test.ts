import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageError } from '@icechunk/storage-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Disk, realDisk } from '../src/disk.ts';
import { folderEntries, statOf } from '../src/folder-entries.ts';
import type { Place } from '../src/links.ts';
import { tempFolder } from './temp-folder.ts';

const longAgo = new Date('2020-02-02T02:02:02.000Z');

async function folderOf(...files: readonly string[]): Promise<Place> {
  const root = await tempFolder();
  for (const file of files) await writeFile(join(root, file), file);
  await utimes(root, longAgo, longAgo);
  return { disk: realDisk, root, platform: process.platform };
}

/** A disk whose readings of a folder are counted from 1, and turned into what a test makes of them. */
function reading(place: Place, what: (names: readonly string[], reading: number) => Promise<readonly string[]>): Place {
  let readings = 0;
  const readdir = (async (folder: string) => {
    const entries = await realDisk.readdir(folder, { withFileTypes: true });
    const seen = await what(
      entries.map(({ name }) => name),
      ++readings,
    );
    return seen.flatMap((name) => entries.filter((entry) => entry.name === name));
  }) as unknown as Disk['readdir'];
  return { ...place, disk: { ...realDisk, readdir } };
}

async function namesIn(place: Place): Promise<string[]> {
  return (await folderEntries(place, place.root)).map(({ name }) => name).sort();
}

describe('folderEntries', () => {
  it('tells files from folders and from what is neither', async () => {
    const place = await folderOf('file');
    await mkdir(join(place.root, 'folder'));
    await symlink('file', join(place.root, 'link'));
    const entries = await folderEntries(place, place.root);
    const kinds = entries.map((entry) => [entry.name, entry.isFile(), entry.isDirectory()]);
    expect(kinds.sort()).toEqual([
      ['file', true, false],
      ['folder', false, true],
      ['link', false, false],
    ]);
  });

  it('has nothing of a folder that is not there, and refuses a root that is a file', async () => {
    const place = await folderOf('file');
    expect(await folderEntries(place, join(place.root, 'missing'))).toEqual([]);
    const root = join(place.root, 'file');
    await expect(folderEntries({ ...place, root }, root)).rejects.toSatisfy((err) =>
      isStorageError(err, 'invalid_options'),
    );
  });

  it('reads a folder once that does not change', async () => {
    const place = await folderOf('a', 'b');
    let readings = 0;
    const counted = reading(place, async (names, count) => {
      readings = count;
      return names;
    });
    expect(await namesIn(counted)).toEqual(['a', 'b']);
    expect(readings).toBe(1);
  });

  it('misses nothing that is replaced during a reading, as a reading of Btrfs does', async () => {
    const place = await folderOf('a', 'b', 'repo');
    const missing = reading(place, async (names, count) => {
      if (count > 2) return names;
      await utimes(place.root, longAgo, new Date(longAgo.getTime() + count));
      return names.filter((name) => name !== 'repo');
    });
    expect(await namesIn(missing)).toEqual(['a', 'b', 'repo']);
  });

  it('puts together what is missed here and there where it always changes, and ends', async () => {
    const place = await folderOf('a', 'b', 'c');
    const missing = reading(place, async (names, count) => {
      await utimes(place.root, longAgo, new Date(longAgo.getTime() + count));
      return names.filter((name) => name !== ['a', 'b', 'c'][count % 3]);
    });
    expect(await namesIn(missing)).toEqual(['a', 'b', 'c']);
  });

  it('has a name once that a reading gives twice', async () => {
    const place = await folderOf('a', 'b');
    expect(await namesIn(reading(place, async (names) => [...names, ...names]))).toEqual(['a', 'b']);
  });

  it('reads twice what changed a moment ago, since a change of the same tick leaves no trace', async () => {
    const place = await folderOf('a', 'repo');
    vi.useFakeTimers({ now: longAgo.getTime() + 19, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await namesIn(reading(place, async (names, count) => (count === 1 ? ['a'] : names)))).toEqual(['a', 'repo']);
    vi.setSystemTime(longAgo.getTime() + 20);
    expect(await namesIn(reading(place, async (names, count) => (count === 1 ? ['a'] : names)))).toEqual(['a']);
  });

  it('loses nothing to a file that vanishes while its type is asked for, where folders do not hold types', async () => {
    const place = await folderOf('a', 'd', 'e#1');
    await symlink('a', join(place.root, 'link'));
    // What Node makes of a folder of ext4 without `filetype`: it asks for the status of every name, and fails as one fails.
    const readdir = (async (folder: string, options?: object) => {
      if (options === undefined) return [...(await realDisk.readdir(folder)), 'vanished'];
      throw Object.assign(new Error('ENOENT: no such file or directory, lstat'), { code: 'ENOENT', syscall: 'lstat' });
    }) as unknown as Disk['readdir'];
    expect(await namesIn({ ...place, disk: { ...realDisk, readdir } })).toEqual(['a', 'd', 'link']);
  });
});

describe('statOf', () => {
  it('has the status of a link itself, and none of what is not there', async () => {
    const place = await folderOf('a');
    await symlink('a', join(place.root, 'link'));
    expect((await statOf(place, join(place.root, 'link')))?.isSymbolicLink()).toBe(true);
    expect(await statOf(place, join(place.root, 'missing'))).toBeUndefined();
    expect(await statOf(place, join(place.root, 'a', 'below'))).toBeUndefined();
  });

  it('passes other failures on', async () => {
    const place = await folderOf();
    const lstat = (() => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))) as unknown as Disk['lstat'];
    await expect(statOf({ ...place, disk: { ...realDisk, lstat } }, 'x')).rejects.toMatchObject({ code: 'EIO' });
  });
});
