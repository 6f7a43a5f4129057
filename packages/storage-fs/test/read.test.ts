import { execFileSync } from 'node:child_process';
import { mkdir, open, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageError, type StorageErrorKind } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { type Disk, realDisk } from '../src/disk.ts';
import type { FileBody } from '../src/file-body.ts';
import type { Place } from '../src/links.ts';
import { headObject, openObject, readObject } from '../src/read.ts';
import { tempFolder } from './temp-folder.ts';

async function placeWith(files: Readonly<Record<string, string>> = {}): Promise<Place> {
  const root = await tempFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return { disk: realDisk, root, platform: process.platform };
}

const silent = new AbortController().signal;
const noBodies = (): Set<FileBody> => new Set();

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function read(place: Place, request: Parameters<typeof readObject>[1]): Promise<string> {
  const answer = await readObject(place, request, silent, noBodies());
  if (answer.kind !== 'found') return answer.kind;
  return `${answer.range.start}-${answer.range.end} of ${answer.sizeBytes}: ${await textOf(answer.body)}`;
}

const ofKind =
  (...kinds: StorageErrorKind[]) =>
  (err: unknown): boolean =>
    isStorageError(err, ...kinds);

/** The real disk, which counts what is read of files and which handles are open. */
function counted(place: Place): { readonly place: Place; bytes(): number; openHandles(): number } {
  let bytes = 0;
  let handles = 0;
  const openFile = (async (path: string, flags: number) => {
    const handle = await open(path, flags);
    const [readBytes, close] = [
      handle.read.bind(handle) as (...args: unknown[]) => Promise<{ bytesRead: number }>,
      handle.close.bind(handle),
    ];
    handles += 1;
    return Object.assign(handle, {
      read: async (...args: unknown[]) => {
        const result = await readBytes(...args);
        bytes += result.bytesRead;
        return result;
      },
      close: async () => {
        await close();
        handles -= 1;
      },
    });
  }) as unknown as Disk['open'];
  return { place: { ...place, disk: { ...realDisk, open: openFile } }, bytes: () => bytes, openHandles: () => handles };
}

describe('readObject', () => {
  it('gives the whole object, or the range that was asked for, cut at its end', async () => {
    const place = await placeWith({ key: '0123456789' });
    expect(await read(place, { key: 'key' })).toBe('0-10 of 10: 0123456789');
    expect(await read(place, { key: 'key', range: { start: 2, end: 5 } })).toBe('2-5 of 10: 234');
    expect(await read(place, { key: 'key', range: { start: 8, end: 99 } })).toBe('8-10 of 10: 89');
  });

  it('refuses a range that begins at the end or later', async () => {
    const place = await placeWith({ key: '0123456789', empty: '' });
    for (const [key, start] of [
      ['key', 10],
      ['key', 11],
      ['empty', 0],
    ] as const) {
      await expect(read(place, { key, range: { start, end: start + 1 } })).rejects.toSatisfy(ofKind('invalid_range'));
    }
  });

  it('reads no more of the file than the range', async () => {
    const place = await placeWith();
    await writeFile(join(place.root, 'large'), '');
    await truncate(join(place.root, 'large'), 64 * 1024 * 1024);
    const counting = counted(place);
    const range = { start: 33_000_000, end: 33_000_100 };
    const answer = await readObject(counting.place, { key: 'large', range }, silent, noBodies());
    expect(counting.bytes()).toBe(0);
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect(await answer.body.readInto?.(new Uint8Array(100))).toBe(100);
    expect(counting.bytes()).toBe(100);
    expect(counting.openHandles()).toBe(0);
  });

  it('has bytes and version of one file, also where it is replaced before they are read', async () => {
    const place = await placeWith({ key: 'old bytes' });
    const before = await headObject(place, 'key');
    const answer = await readObject(place, { key: 'key' }, silent, noBodies());
    await writeFile(join(place.root, 'next'), 'new');
    await rename(join(place.root, 'next'), join(place.root, 'key'));
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect(answer.version).toEqual(before.version);
    expect(await textOf(answer.body)).toBe('old bytes');
    expect((await headObject(place, 'key')).version).not.toEqual(before.version);
  });

  it('answers to versions by the status of the file', async () => {
    const place = await placeWith({ key: 'x' });
    const { version } = await headObject(place, 'key');
    const other = { etag: '"1-2-3"' };
    expect(await read(place, { key: 'key', ifVersion: version })).toBe('0-1 of 1: x');
    expect(await read(place, { key: 'key', ifVersion: other })).toBe('changed');
    expect(await read(place, { key: 'key', ifNotVersion: version })).toBe('not_modified');
    expect(await read(place, { key: 'key', ifNotVersion: other })).toBe('0-1 of 1: x');
  });

  it('finds no object where nothing, a folder or a pipe is, nor below a file', async () => {
    const place = await placeWith({ file: '' });
    await mkdir(join(place.root, 'folder'));
    execFileSync('mkfifo', [join(place.root, 'pipe')]);
    for (const key of ['absent', 'absent/deeper', 'folder', 'pipe']) {
      await expect(openObject(place, key), key).rejects.toSatisfy(
        (err) => ofKind('not_found')(err) || (err as NodeJS.ErrnoException).code === 'ENOENT',
      );
      await expect(headObject(place, key), key).rejects.toSatisfy(
        (err) => ofKind('not_found')(err) || (err as NodeJS.ErrnoException).code === 'ENOENT',
      );
    }
    await expect(openObject(place, 'file/x')).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('follows no link, neither to the inside nor out', async () => {
    const place = await placeWith({ real: 'inside' });
    const outside = await placeWith({ secret: 'outside' });
    await symlink('real', join(place.root, 'in'));
    await symlink(join(outside.root, 'secret'), join(place.root, 'out'));
    await symlink(outside.root, join(place.root, 'folder'));
    // What is behind a link is not told either.
    for (const key of ['folder/secret', 'folder/absent', 'folder/secret/below']) {
      await expect(openObject(place, key), key).rejects.toSatisfy(ofKind('invalid_path'));
    }
    for (const key of ['in', 'out', 'folder/secret', 'folder/absent']) {
      await expect(openObject(place, key), key).rejects.toSatisfy(
        (err) => ofKind('invalid_path')(err) || (err as NodeJS.ErrnoException).code === 'ELOOP',
      );
      await expect(headObject(place, key), key).rejects.toSatisfy(ofKind('invalid_path'));
    }
  });

  it('leaves no file open where it gives no body', async () => {
    const counting = counted(await placeWith({ key: 'x' }));
    const { version } = await headObject(counting.place, 'key');
    await mkdir(join(counting.place.root, 'folder'));
    await read(counting.place, { key: 'key', ifNotVersion: version });
    await read(counting.place, { key: 'key', ifVersion: { etag: '"1-2-3"' } });
    await expect(read(counting.place, { key: 'key', range: { start: 1, end: 2 } })).rejects.toThrow();
    await expect(read(counting.place, { key: 'folder' })).rejects.toThrow();
    expect(counting.openHandles()).toBe(0);
  });

  it('holds its bodies for as long as their files are open', async () => {
    const place = await placeWith({ key: 'x' });
    const all = noBodies();
    const answer = await readObject(place, { key: 'key' }, silent, all);
    if (answer.kind !== 'found') throw new Error(answer.kind);
    expect([...all]).toEqual([answer.body]);
    await answer.body.cancel();
    expect(all.size).toBe(0);
  });
});

describe('headObject', () => {
  it('says version, size and time without opening the file', async () => {
    const place = await placeWith({ key: 'four' });
    const counting = counted(place);
    const head = await headObject(counting.place, 'key');
    expect(head).toEqual({ version: head.version, sizeBytes: 4, lastModified: expect.any(Date) });
    expect(head.version.etag).toMatch(/^"[0-9a-f]+-[0-9a-f]+-4"$/);
    const answer = await readObject(place, { key: 'key' }, silent, noBodies());
    expect(answer).toMatchObject(head);
    if (answer.kind === 'found') await answer.body.cancel();
    await rm(join(place.root, 'key'));
    await expect(headObject(place, 'key')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
