import { type FileHandle, mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageError, type StorageErrorKind } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { createMutations } from '../src/atomic-write.ts';
import { LocalFilesystemClient } from '../src/client.ts';
import { type Disk, realDisk } from '../src/disk.ts';
import type { Mutations } from '../src/mutations.ts';
import { tempFolder } from './temp-folder.ts';
import { treeOf } from './tree.ts';

const context = { signal: new AbortController().signal };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const ofKind = (kind: StorageErrorKind) => (err: unknown) => isStorageError(err, kind);

interface Setup {
  readonly root: string;
  readonly client: LocalFilesystemClient;
}

async function setup({ disk = realDisk, platform = process.platform, mutations }: SetupOptions = {}): Promise<Setup> {
  const root = await tempFolder();
  return { root, client: new LocalFilesystemClient({ disk, root, platform }, mutations ?? createMutations({ root })) };
}

interface SetupOptions {
  readonly disk?: Disk;
  readonly platform?: NodeJS.Platform;
  readonly mutations?: Mutations;
}

describe('LocalFilesystemClient', () => {
  it('says what it is', async () => {
    const { root, client } = await setup();
    expect(client.info).toEqual({ backend: 'local filesystem', fields: { path: root } });
  });

  it.each([
    ['linux', true],
    ['darwin', false],
    ['win32', false],
    ['freebsd', true],
  ] as const)('takes the names of %s for what they are by default', async (platform, caseSensitiveKeys) => {
    const { client } = await setup({ platform });
    expect(client.capabilities.caseSensitiveKeys).toBe(caseSensitiveKeys);
  });

  it('tells a path that is a folder, a link or no file from a lost race', async () => {
    const { root, client } = await setup();
    await mkdir(join(root, 'folder'));
    await symlink('nowhere', join(root, 'link'));
    const before = await treeOf(root);
    for (const key of ['folder', 'link']) {
      for (const condition of [undefined, { kind: 'create' }] as const) {
        const put = client.put({ key, data: text('x'), ...(condition && { condition }) }, context);
        await expect(put, key).rejects.toSatisfy(ofKind('invalid_path'));
      }
    }
    expect(await treeOf(root)).toEqual(before);
  });

  it('names a root that is a file, whatever is asked', async () => {
    const root = join(await tempFolder(), 'file');
    await writeFile(root, 'text');
    const client = new LocalFilesystemClient({ disk: realDisk, root, platform: 'linux' }, createMutations({ root }));
    const asked = [
      client.get({ key: 'repo' }, context),
      client.get({ key: 'chunks/A' }, context),
      client.head('repo'),
      client.put({ key: 'repo', data: text('x') }, context),
      client.put({ key: 'chunks/A', data: text('x') }, context),
      client.copy({ fromKey: 'repo', toKey: 'repo2' }, context),
    ];
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer.status === 'rejected' && ofKind('invalid_options')(answer.reason)).toBe(true);
    }
  });

  it('gives each key of a delete its outcome, and goes on after a failure', async () => {
    const mutations: Mutations = {
      put: () => Promise.reject(new Error('not used')),
      remove: async (file) => {
        if (file.endsWith('stuck')) throw Object.assign(new Error('EIO: i/o error, unlink'), { code: 'EIO' });
      },
    };
    const { client } = await setup({ mutations });
    const keys = ['a', 'stuck', 'b/c', 'absent', `${'x'.repeat(256)}`];
    const outcomes = await client.delete(keys, context);
    expect(outcomes.map(({ key }) => key).sort()).toEqual([...keys].sort());
    const failed = Object.fromEntries(outcomes.filter(({ error }) => error).map(({ key, error }) => [key, error]));
    expect(Object.keys(failed).sort()).toEqual(['stuck', 'x'.repeat(256)]);
    expect(ofKind('unavailable')(failed['stuck'])).toBe(true);
    expect(ofKind('invalid_path')(failed['x'.repeat(256)])).toBe(true);
  });

  it('runs a few deletes at once, and none after an abort', async () => {
    let running = 0;
    let most = 0;
    let begun = 0;
    const controller = new AbortController();
    const mutations: Mutations = {
      put: () => Promise.reject(new Error('not used')),
      remove: async () => {
        begun += 1;
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        if (begun === 20) controller.abort(new Error('enough'));
      },
    };
    const { client } = await setup({ mutations });
    const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`);
    await expect(client.delete(keys, { signal: controller.signal })).rejects.toThrow('enough');
    expect(most).toBe(8);
    expect(begun).toBeLessThan(30);
  });

  it('closes the files of unread bodies when it is closed', async () => {
    let handles = 0;
    const counted = (async (path: string, flags: number) => {
      const handle = await open(path, flags);
      const close = handle.close.bind(handle);
      handles += 1;
      return Object.assign(handle, { close: () => close().finally(() => (handles -= 1)) });
    }) as unknown as Disk['open'];
    const { client } = await setup({ disk: { ...realDisk, open: counted } });
    await client.put({ key: 'a', data: text('abc') }, context);
    const before = handles;
    for (let i = 0; i < 200; i++) await client.get({ key: 'a' }, context);
    expect(handles - before).toBe(200);
    await client.close();
    expect(handles - before).toBe(0);
  });

  it('leaves no file open that a get opens while it is being closed', async () => {
    const handles = new Set<FileHandle>();
    const closingMeanwhile = (async (path: string, flags: number) => {
      const handle = await open(path, flags);
      handles.add(handle);
      await client.close();
      return handle;
    }) as unknown as Disk['open'];
    const { client } = await setup({ disk: { ...realDisk, open: closingMeanwhile } });
    await client.put({ key: 'a', data: text('abc') }, context);
    await expect(client.get({ key: 'a' }, context)).rejects.toSatisfy(ofKind('closed'));
    expect([...handles].map(({ fd }) => fd)).toEqual([-1]);
  });

  it.each([
    ['EMFILE', 'unavailable', 'again'],
    ['EACCES', 'permission_denied', 'no'],
    ['ELOOP', 'invalid_path', 'no'],
    ['EIO', 'unavailable', 'no'],
  ] as const)('explains %s of the disk', async (code, kind, retry) => {
    const failing = (() => Promise.reject(Object.assign(new Error(code), { code }))) as Disk['open'];
    const { client } = await setup({ disk: { ...realDisk, open: failing } });
    await expect(client.get({ key: 'a' }, context)).rejects.toMatchObject({ kind, retry, providerCode: code });
  });
});
