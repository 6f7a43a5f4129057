import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isStorageError, type ListedObject } from '@icechunk/storage-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from '../src/disk.ts';
import { maxLookAhead } from '../src/folder-entries.ts';
import type { Place } from '../src/links.ts';
import { listObjects } from '../src/list.ts';
import { tempFolder } from './temp-folder.ts';

async function treeOf(...files: readonly string[]): Promise<Place> {
  const root = await tempFolder();
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), file);
  }
  return { disk: realDisk, root, platform: process.platform };
}

/** Folders that were changed a moment ago are read twice. */
const longAgo = new Date('2020-02-02T02:02:02.000Z');

const silent = new AbortController().signal;

async function keysOf(place: Place, keyPrefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of listObjects(place, keyPrefix, silent)) keys.push(key);
  return keys;
}

/** The real disk, which tells what is asked of it. */
function watched(place: Place): { readonly place: Place; readonly asked: string[] } {
  const asked: string[] = [];
  const lstat = (async (file: string) => {
    asked.push(file.slice(place.root.length + 1));
    return await realDisk.lstat(file);
  }) as unknown as Disk['lstat'];
  return { place: { ...place, disk: { ...place.disk, lstat } }, asked };
}

describe('listObjects', () => {
  it('says of each object its key, size and time', async () => {
    const place = await treeOf('chunks/A1');
    const writtenAt = new Date('2026-03-04T05:06:07.000Z');
    await utimes(join(place.root, 'chunks/A1'), writtenAt, writtenAt);
    const objects: ListedObject[] = [];
    for await (const object of listObjects(place, '', silent)) objects.push(object);
    expect(objects).toEqual([{ key: 'chunks/A1', sizeBytes: 9, createdAt: writtenAt }]);
  });

  it('goes by the bytes of whole keys, also where a name begins like a folder', async () => {
    const place = await treeOf('t/x', 't-/x', 't.x', 't0', 't/a/b', 't!', 'T', 'a', 't/a.b', 't/a-');
    expect(await keysOf(place)).toEqual(['T', 'a', 't!', 't-/x', 't.x', 't/a-', 't/a.b', 't/a/b', 't/x', 't0']);
  });

  it('has the order of bytes for any tree', async () => {
    const name = fc.array(fc.constantFrom('a', 'b', '-', '.', '!', '0', '%2F', '~'), { minLength: 1, maxLength: 3 });
    const segment = name.map((parts) => parts.join('')).filter((text) => !/^\.+$/.test(text));
    const key = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 25 }), async (keys) => {
        const files = keys.filter((one) => !keys.some((other) => other.startsWith(`${one}/`)));
        const place = await treeOf(...files);
        expect(await keysOf(place)).toEqual(
          files
            .map((file) => Buffer.from(file))
            .sort(Buffer.compare)
            .map(String),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('takes a prefix by whole segments', async () => {
    const place = await treeOf('foo/bar', 'foo/baz/q', 'foobar/x', 'foo.txt', 'object');
    expect(await keysOf(place, 'foo/')).toEqual(['foo/bar', 'foo/baz/q']);
    expect(await keysOf(place, 'foo/baz/')).toEqual(['foo/baz/q']);
    expect(await keysOf(place, 'fo/')).toEqual([]);
    expect(await keysOf(place, 'object/')).toEqual([]);
    expect(await keysOf(place, 'object/deeper/')).toEqual([]);
  });

  it('lists nothing where nothing is', async () => {
    const place = await treeOf();
    await mkdir(join(place.root, 'empty/er'), { recursive: true });
    expect(await keysOf(place)).toEqual([]);
    expect(await keysOf({ ...place, root: join(place.root, 'absent') })).toEqual([]);
  });

  it('refuses a root that is a file', async () => {
    const place = await treeOf('file');
    const listing = keysOf({ ...place, root: join(place.root, 'file') });
    await expect(listing).rejects.toSatisfy((err) => isStorageError(err, 'invalid_options'));
  });

  it('leaves out temp files, claims and staging files, and folders so named', async () => {
    const place = await treeOf('repo', 'repo#1', 'chunks/A1#0042', 'chunks/A1', 'x#7/y', 'a#b');
    expect(await keysOf(place)).toEqual(['a#b', 'chunks/A1', 'repo']);
  });

  it('leaves out links, and refuses a prefix that goes through one', async () => {
    const place = await treeOf('a/b', 'real');
    const outside = await treeOf('secret');
    await symlink(outside.root, join(place.root, 'out'));
    await symlink(join(outside.root, 'secret'), join(place.root, 'file'));
    await symlink('a', join(place.root, 'in'));
    await symlink('nowhere', join(place.root, 'broken'));
    expect(await keysOf(place)).toEqual(['a/b', 'real']);
    for (const prefix of ['out/', 'in/', 'file/']) {
      await expect(keysOf(place, prefix), prefix).rejects.toSatisfy((err) => isStorageError(err, 'invalid_path'));
    }
  });

  it('leaves out pipes', async () => {
    const place = await treeOf('a');
    execFileSync('mkfifo', [join(place.root, 'pipe')]);
    expect(await keysOf(place)).toEqual(['a']);
  });

  it('passes over what vanishes on the way', async () => {
    const place = await treeOf('a', 'b', 'c', 'd/e', 'f/g', 'h', 'i');
    const objects = listObjects(place, '', silent);
    expect((await objects.next()).value?.key).toBe('a');
    await rm(join(place.root, 'c'));
    await rm(join(place.root, 'd'), { recursive: true });
    await rm(join(place.root, 'f'), { recursive: true });
    await writeFile(join(place.root, 'f'), 'now a file');
    await rm(join(place.root, 'i'));
    await symlink('a', join(place.root, 'i'));
    const rest: string[] = [];
    for await (const { key } of objects) rest.push(key);
    expect(rest).toEqual(['b', 'h']);
  });

  it('fails where a folder cannot be read, and does not end early', async () => {
    const place = await treeOf('a', 'b/c', 'd');
    const readdir = (async (folder: string) => {
      if (folder.endsWith('b')) throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
      return await realDisk.readdir(folder, { withFileTypes: true });
    }) as unknown as Disk['readdir'];
    const listing = keysOf({ ...place, disk: { ...realDisk, readdir } });
    await expect(listing).rejects.toSatisfy((err) => isStorageError(err, 'permission_denied'));
  });

  it('stops with the reason of the signal', async () => {
    const place = await treeOf('a', 'b', 'c', 'd');
    const controller = new AbortController();
    const objects = listObjects(place, '', controller.signal);
    await objects.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(objects.next()).rejects.toBe(reason);
  });

  it('looks at no more files than are asked for, and a few ahead', async () => {
    const files = Array.from({ length: 1_000 }, (_, i) => `chunks/${String(i).padStart(4, '0')}`);
    const { place, asked } = watched(await treeOf(...files));
    let taken = 0;
    for await (const _ of listObjects(place, '', silent)) {
      taken += 1;
      expect(asked.length).toBeLessThan(taken + maxLookAhead);
      if (taken === 1) expect(asked).toEqual(['chunks/0000']);
      if (taken === 500) break;
    }
    expect(asked.length).toBeLessThan(500 + maxLookAhead);
  });

  it('reads a folder when it comes to it', async () => {
    const place = await treeOf('a/1', 'b/1', 'c/1');
    for (const folder of ['a', 'b', 'c', '.']) await utimes(join(place.root, folder), longAgo, longAgo);
    const read: string[] = [];
    const readdir = (async (folder: string) => {
      read.push(folder.slice(place.root.length));
      return await realDisk.readdir(folder, { withFileTypes: true });
    }) as unknown as Disk['readdir'];
    const objects = listObjects({ ...place, disk: { ...realDisk, readdir } }, '', silent);
    await objects.next();
    expect(read).toEqual(['', '/a']);
    await objects.next();
    expect(read).toEqual(['', '/a', '/b']);
    await objects.return();
  });
});
