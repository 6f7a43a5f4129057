import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CopyRequest, isStorageError, type PutAnswer, type StorageErrorKind } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { createMutations } from '../src/atomic-write.ts';
import { copyObject } from '../src/copy.ts';
import { type Disk, realDisk } from '../src/disk.ts';
import type { Place } from '../src/links.ts';
import { headObject } from '../src/read.ts';
import { tempFolder } from './temp-folder.ts';
import { treeOf } from './tree.ts';

async function placeWith(files: Readonly<Record<string, string>>): Promise<Place> {
  const root = await tempFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return { disk: realDisk, root, platform: process.platform };
}

function copy(place: Place, request: CopyRequest): Promise<PutAnswer> {
  return copyObject(place, createMutations({ root: place.root }), request, new AbortController().signal);
}

const ofKind = (kind: StorageErrorKind) => (err: unknown) => isStorageError(err, kind);

async function replace(place: Place, key: string, text: string): Promise<void> {
  await writeFile(join(place.root, 'next#0'), text);
  await rename(join(place.root, 'next#0'), join(place.root, key));
}

/** A disk on which something happens just before the kernel opens a copy's source. */
function meddled(place: Place, meddle: () => Promise<void>): Place {
  const copyFile: Disk['copyFile'] = async (from, to, mode) => {
    await meddle();
    await realDisk.copyFile(from, to, mode);
  };
  return { ...place, disk: { ...realDisk, copyFile } };
}

describe('copyObject', () => {
  it('gives the version of the target, and makes its folders', async () => {
    const place = await placeWith({ source: 'text' });
    const answer = await copy(place, { fromKey: 'source', toKey: 'a/b/target' });
    expect(answer).toEqual({ kind: 'stored', version: (await headObject(place, 'a/b/target')).version });
    expect(await treeOf(place.root)).toEqual({ source: 'text', a: '/', 'a/b': '/', 'a/b/target': 'text' });
  });

  it('makes another file, with another version', async () => {
    const place = await placeWith({ source: 'text' });
    await copy(place, { fromKey: 'source', toKey: 'target' });
    const [source, target] = await Promise.all(['source', 'target'].map((name) => stat(join(place.root, name))));
    expect(target?.ino).not.toBe(source?.ino);
    expect(source?.nlink).toBe(1);
    expect((await headObject(place, 'target')).version).not.toEqual((await headObject(place, 'source')).version);
  });

  it.each([0, 5_000])('never gives a version twice, of %i bytes either', async (sizeBytes) => {
    const place = await placeWith({ source: 'A'.repeat(sizeBytes) });
    const mutations = createMutations({ root: place.root });
    const etags = new Set<string | undefined>();
    for (let copies = 0; copies < 20; copies++) {
      const request = { fromKey: 'source', toKey: 'target' };
      const answer = await copyObject(place, mutations, request, new AbortController().signal);
      etags.add(answer.kind === 'stored' ? answer.version.etag : undefined);
    }
    expect(etags.size).toBe(20);
  });

  it('replaces the target, the source itself too', async () => {
    const place = await placeWith({ source: 'new', target: 'old' });
    await copy(place, { fromKey: 'source', toKey: 'target' });
    const before = (await headObject(place, 'source')).version;
    const answer = await copy(place, { fromKey: 'source', toKey: 'source' });
    expect(answer).not.toEqual({ kind: 'stored', version: before });
    expect(await treeOf(place.root)).toEqual({ source: 'new', target: 'new' });
  });

  it('copies the version that was asked for, or nothing', async () => {
    const place = await placeWith({ source: 'new', target: 'old' });
    const stale = { fromKey: 'source', toKey: 'target', ifVersion: { etag: '"1-2-3"' } };
    expect(await copy(place, stale)).toEqual({ kind: 'refused' });
    expect(await treeOf(place.root)).toEqual({ source: 'new', target: 'old' });
    const { version } = await headObject(place, 'source');
    expect(await copy(place, { ...stale, ifVersion: version })).toMatchObject({ kind: 'stored' });
    expect(await readFile(join(place.root, 'target'), 'utf8')).toBe('new');
  });

  it('refuses where the source is replaced between the look at its version and the copy', async () => {
    const place = await placeWith({ source: 'first', target: 'old' });
    const { version } = await headObject(place, 'source');
    const meddling = meddled(place, () => replace(place, 'source', 'later'));
    expect(await copy(meddling, { fromKey: 'source', toKey: 'target', ifVersion: version })).toEqual({
      kind: 'refused',
    });
    expect(await treeOf(place.root)).toEqual({ source: 'later', target: 'old' });
  });

  it('begins anew where no version was asked for', async () => {
    const place = await placeWith({ source: 'first', target: 'old' });
    let times = 0;
    const meddling = meddled(place, async () => {
      times += 1;
      if (times <= 3) await replace(place, 'source', `later ${times}`);
    });
    expect(await copy(meddling, { fromKey: 'source', toKey: 'target' })).toMatchObject({ kind: 'stored' });
    expect(await treeOf(place.root)).toEqual({ source: 'later 3', target: 'later 3' });
  });

  it('gives up on a source that never stays', async () => {
    const place = await placeWith({ source: 'first', target: 'old' });
    const meddling = meddled(place, () => replace(place, 'source', 'again'));
    const copied = copy(meddling, { fromKey: 'source', toKey: 'target' });
    await expect(copied).rejects.toSatisfy(ofKind('changed_while_reading'));
    expect(await treeOf(place.root)).toEqual({ source: 'again', target: 'old' });
  });

  it('finds no source that is missing, a folder, or deleted under the copy', async () => {
    const place = await placeWith({ source: 'text', target: 'old' });
    await mkdir(join(place.root, 'folder'));
    await expect(copy(place, { fromKey: 'absent', toKey: 'target' })).rejects.toSatisfy(ofKind('not_found'));
    await expect(copy(place, { fromKey: 'source/x', toKey: 'target' })).rejects.toSatisfy(ofKind('not_found'));
    await expect(copy(place, { fromKey: 'folder', toKey: 'target' })).rejects.toSatisfy(ofKind('not_found'));
    const meddling = meddled(place, () => rm(join(place.root, 'source'), { force: true }));
    await expect(copy(meddling, { fromKey: 'source', toKey: 'target' })).rejects.toSatisfy(ofKind('not_found'));
    expect(await treeOf(place.root)).toEqual({ folder: '/', target: 'old' });
  });

  it('copies no link', async () => {
    const place = await placeWith({});
    const outside = await placeWith({ secret: 'text' });
    await symlink(join(outside.root, 'secret'), join(place.root, 'link'));
    const copied = copy(place, { fromKey: 'link', toKey: 'target' });
    await expect(copied).rejects.toSatisfy(ofKind('invalid_path'));
    expect(Object.keys(await treeOf(place.root))).toEqual(['link']);
  });

  it('leaves nothing behind where the disk fails', async () => {
    const place = await placeWith({ source: 'text', target: 'old' });
    const copyFile: Disk['copyFile'] = async (_, to) => {
      await writeFile(to, 'te');
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    const copied = copy({ ...place, disk: { ...realDisk, copyFile } }, { fromKey: 'source', toKey: 'target' });
    await expect(copied).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await treeOf(place.root)).toEqual({ source: 'text', target: 'old' });
  });
});
