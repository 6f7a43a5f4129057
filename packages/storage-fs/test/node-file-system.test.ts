import * as fs from 'node:fs/promises';
import { type FileHandle, lstat, mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type NodeFileSystemOptions, nodeFileSystem } from '../src/node-file-system.ts';
import { tempFolder } from './temp-folder.ts';

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const temp = `#3${'1'.repeat(57)}`;

describe.each<[string, NodeFileSystemOptions]>([
  ['with symbolic links', {}],
  ['where symbolic links are refused', { calls: { symlink: failing('EPERM') } }],
  ['on Windows, as far as this system can tell', { platform: 'win32' }],
  ['on a network, with a status by opening', { freshStat: true }],
])('the file system %s', (_, options) => {
  test('points from one name to another, once', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, options);
    const path = join(folder, 'claim');
    expect(await files.readPointer(path)).toBeUndefined();
    expect(await files.point(temp, path)).toBe(true);
    expect(await files.point(`${temp}2`, path)).toBe(false);
    expect(await files.readPointer(path)).toBe(temp);
    expect(await files.sideNames(folder)).toEqual([]);
  });

  test('of any number of pointers at once makes one', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, options);
    const texts = Array.from({ length: 20 }, (_, index) => `${temp.slice(0, -2)}${10 + index}`);
    const made = await Promise.all(texts.map((text) => files.point(text, join(folder, 'claim'))));
    expect(made.filter(Boolean)).toEqual([true]);
    expect(await files.readPointer(join(folder, 'claim'))).toBe(texts[made.indexOf(true)]);
  });

  test('gives the outcomes that the protocol decides by as values', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, options);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
    await writeFile(a, 'A');
    expect(await files.link(a, b)).toBe(true);
    expect(await files.link(a, b)).toBe(false);
    expect(await files.rename(a, c)).toBe(true);
    expect(await files.rename(a, c)).toBe(false);
    expect(await files.unlink(c)).toBe(true);
    expect(await files.unlink(c)).toBe(false);
    expect(await files.stat(c)).toBeUndefined();
    expect(await files.stat(join(b, 'below'))).toBeUndefined();
    const { ino, mtimeNs, ctimeNs } = await lstat(b, { bigint: true });
    expect(await files.stat(b)).toEqual({ kind: 'file', ino, mtimeNs, ctimeNs, size: 1n });
  });

  test('tells a file from a folder and from a link, which it does not follow', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, options);
    await symlink('nowhere', join(folder, 'link'));
    expect((await files.stat(join(folder, 'link')))?.kind).toBe('other');
    expect((await files.stat(folder))?.kind).toBe('folder');
  });

  test('passes other failures on', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, options);
    const nowhere = join(folder, 'missing', 'file');
    await expect(files.point(temp, nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.link(nowhere, join(folder, 'x'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.unlink(folder)).rejects.toMatchObject({ code: expect.stringMatching(/^E(ISDIR|PERM)$/) });
  });

  test('removes a folder that is empty, and no other', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, options);
    const deep = join(folder, 'a', 'b');
    expect(await files.makeFolder(deep)).toBe(join(folder, 'a'));
    expect(await files.makeFolder(deep)).toBeUndefined();
    expect(await files.removeFolder(join(folder, 'a'))).toBe(false);
    expect(await files.removeFolder(deep)).toBe(true);
    expect(await files.removeFolder(deep)).toBe(false);
  });
});

describe('a pointer that is a file', () => {
  test('stands also where the name that it was written under cannot be removed', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder, { platform: 'win32', calls: { unlink: failing('EIO') } });
    expect(await files.point(temp, join(folder, 'claim'))).toBe(true);
    expect(await files.readPointer(join(folder, 'claim'))).toBe(temp);
  });

  test('leaves nothing where it cannot be written', async () => {
    const folder = await tempFolder();
    const writeFile = async (path: Parameters<typeof fs.writeFile>[0]): Promise<void> => {
      await fs.writeFile(path, 'half');
      await failing('ENOSPC')();
    };
    const files = nodeFileSystem(folder, { platform: 'win32', calls: { writeFile } });
    await expect(files.point(temp, join(folder, 'claim'))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(await fs.readdir(folder)).toEqual([]);
  });
});

test('a pointer that is made again while it is asked for is not read through', async () => {
  const folder = await tempFolder();
  await writeFile(join(folder, 'led to'), 'bytes of an object');
  await symlink('led to', join(folder, 'claim'));
  const files = nodeFileSystem(folder, { calls: { readlink: failing('ENOENT') } });
  expect(await files.readPointer(join(folder, 'claim'))).toBeUndefined();
});

describe('the file system', () => {
  test('tells a folder that was written through from a later one of its name', async () => {
    const folder = await tempFolder();
    const files = nodeFileSystem(folder);
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    await mkdir(a);
    const first = await files.sync(a);
    await writeFile(join(a, 'object'), 'A');
    expect(await files.sync(a)).toBe(first);
    await fs.rename(a, b);
    await mkdir(a);
    expect(await files.sync(a)).not.toBe(first);
    expect(await files.sync(b)).toBe(first);
  });

  test('uses symbolic links where it can, and files where it cannot', async () => {
    const folder = await tempFolder();
    await nodeFileSystem(folder, { platform: 'linux' }).point(temp, join(folder, 'a'));
    expect(await readlink(join(folder, 'a'))).toBe(temp);
    await nodeFileSystem(folder, { platform: 'win32' }).point(temp, join(folder, 'b'));
    expect((await lstat(join(folder, 'b'))).isFile()).toBe(true);
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe(temp);
  });

  test.each(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])('without hard links refuses: %s', async (code) => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a'), '');
    const files = nodeFileSystem(folder, { calls: { link: failing(code), symlink: failing(code) } });
    const unsupported = { kind: 'unsupported', message: expect.stringContaining('hard links'), providerCode: code };
    await expect(files.link(join(folder, 'a'), join(folder, 'b'))).rejects.toMatchObject(unsupported);
    await expect(files.point(temp, join(folder, 'c'))).rejects.toMatchObject(unsupported);
    expect(await files.sideNames(folder)).toEqual([]);
  });

  test.each(['EPERM', 'EBUSY', 'EACCES'])(
    'on Windows waits for a file that is in use (%s), and not for ever',
    async (code) => {
      const folder = await tempFolder();
      let [failures, tries] = [3, 0];
      const rename = async (): Promise<void> => {
        tries++;
        if (failures-- > 0) await failing(code)();
      };
      const calls = { rename };
      expect(await nodeFileSystem(folder, { platform: 'win32', calls }).rename('a', 'b')).toBe(true);
      expect(tries).toBe(4);
      failures = Number.POSITIVE_INFINITY;
      await expect(nodeFileSystem(folder, { platform: 'win32', calls }).rename('a', 'b')).rejects.toMatchObject({
        code,
      });
      tries = 0;
      await expect(nodeFileSystem(folder, { platform: 'linux', calls }).rename('a', 'b')).rejects.toMatchObject({
        code,
      });
      expect(tries).toBe(1);
    },
  );

  test('lists the names that end in # and digits, of a large folder too', async () => {
    const folder = await tempFolder();
    const names = Array.from({ length: 700 }, (_, index) => `chunk#${index}`);
    await Promise.all([...names, 'chunk', 'a#b', 'c%23'].map((name) => writeFile(join(folder, name), '')));
    const listed = await nodeFileSystem(folder).sideNames(folder);
    expect([...listed].sort()).toEqual(names.sort());
    expect(await nodeFileSystem(folder).sideNames(join(folder, 'missing'))).toEqual([]);
  });

  test.each<[string, NodeJS.Platform, number, opened: boolean]>([
    ['NFS', 'linux', 0x6969, true],
    ['ext4', 'linux', 0xef53, false],
    ['one that it does not know', 'linux', 0x1234, true],
    ['any', 'darwin', 0x1a, true],
    ['any, where an open file cannot be replaced', 'win32', 0, false],
  ])('looks at a file by opening it where a status may be old: on %s of %s', async (_, platform, type, opened) => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a'), 'A');
    const handle = await fs.open(join(folder, 'a'));
    const stat = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'stat');
    onTestFinished(() => stat.mockRestore());
    await handle.close();
    const files = nodeFileSystem(folder, { platform, calls: { statfs: (async () => ({ type })) as never } });
    expect((await files.stat(join(folder, 'a')))?.size).toBe(1n);
    expect(stat.mock.calls.length).toBe(opened ? 1 : 0);
  });

  test('asks network file systems anew, and local ones by name', async () => {
    const folder = await tempFolder();
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'a'), 'A');
    // A socket's or pipe's open would be seen; here the count of the calls to statfs is enough: one answer is remembered.
    let asked = 0;
    const statfs = (async () => {
      asked++;
      return { type: 0x6969 };
    }) as never;
    const files = nodeFileSystem(folder, { calls: { statfs } });
    expect((await files.stat(join(folder, 'a')))?.size).toBe(1n);
    expect((await files.stat(join(folder, 'a')))?.size).toBe(1n);
    expect(asked).toBe(1);
  });
});
