import { link, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PutAnswer, VersionInfo } from '@icechunk/storage-core';
import { describe, expect, test } from 'vitest';
import { createMutations } from '../src/atomic-write.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';
import { currentOwner, ownerDigits, parseOwner } from '../src/owner.ts';
import { claimFile, removalName, tempName } from '../src/side-name.ts';
import { fileVersionOf, versionOf } from '../src/version.ts';
import { withFrozenClock } from './frozen-clock.ts';
import { tempFolder } from './temp-folder.ts';

const signal = new AbortController().signal;
const writing = (text: string) => (temp: string) => writeFile(temp, text);
const text = (file: string): Promise<string> => readFile(file, 'utf8');

function versionIn(answer: PutAnswer): VersionInfo {
  if (answer.kind !== 'stored') throw new Error(`expected a stored object, got ${answer.kind}`);
  return answer.version;
}

async function sideFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes('#'));
}

describe.each(['linux', 'win32'] as const)('a put, as on %s', (platform) => {
  const start = async () => {
    const root = await tempFolder();
    return {
      root,
      file: join(root, 'a', 'b'),
      mutations: createMutations({ root, files: nodeFileSystem(root, { platform }) }),
    };
  };

  test('makes the folders and gives the version that a reader sees', async () => {
    const { file, mutations } = await start();
    const version = versionIn(await mutations.put(file, writing('one'), undefined, signal));
    expect(await text(file)).toBe('one');
    expect(version).toEqual(versionOf(await stat(file, { bigint: true })));
    expect(await readdir(dirname(file))).toEqual(['b']);
  });

  test('creates only what is not there', async () => {
    const { file, mutations } = await start();
    expect((await mutations.put(file, writing('one'), { kind: 'create' }, signal)).kind).toBe('stored');
    expect(await mutations.put(file, writing('two'), { kind: 'create' }, signal)).toEqual({ kind: 'refused' });
    expect(await text(file)).toBe('one');
    expect(await readdir(dirname(file))).toEqual(['b']);
  });

  test('updates only the version that it is told', async () => {
    const { file, mutations } = await start();
    const one = versionIn(await mutations.put(file, writing('one'), undefined, signal));
    const two = versionIn(await mutations.put(file, writing('two'), { kind: 'update', version: one }, signal));
    expect(await mutations.put(file, writing('three'), { kind: 'update', version: one }, signal)).toEqual({
      kind: 'refused',
    });
    expect(await text(file)).toBe('two');
    expect(two).toEqual(versionOf(await stat(file, { bigint: true })));
    expect((await mutations.put(file, writing('four'), { kind: 'update', version: two }, signal)).kind).toBe('stored');
  });

  test.each([{}, { etag: '"nobody gave this out"' }, { generation: '7' }])(
    'refuses a version that no file has: %j',
    async (version) => {
      const { file, root, mutations } = await start();
      const update = { kind: 'update', version } as const;
      expect(await mutations.put(file, writing('one'), update, signal)).toEqual({ kind: 'refused' });
      expect(await readdir(root)).toEqual([]);
    },
  );

  test('refuses to update what is not there', async () => {
    const { file, mutations } = await start();
    const version = versionIn(await mutations.put(file, writing('one'), undefined, signal));
    await mutations.remove(file, signal);
    expect(await mutations.put(file, writing('two'), { kind: 'update', version }, signal)).toEqual({ kind: 'refused' });
    await expect(text(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('of many at once, one update is stored, one create is stored, and every overwrite', async () => {
    const { root, file, mutations } = await start();
    // Three of them as if in three copies of this package: they share nothing but the disk.
    const copies = [
      mutations,
      ...[1, 2].map(() => createMutations({ root, files: nodeFileSystem(root, { platform }) })),
    ];
    const all = async (condition?: Parameters<typeof mutations.put>[2]): Promise<PutAnswer[]> =>
      await Promise.all(
        Array.from(
          { length: 30 },
          async (_, index) =>
            copies[index % 3]?.put(file, writing(`${index}`), condition, signal) ?? { kind: 'refused' },
        ),
      );
    const created = (await all({ kind: 'create' })).filter(({ kind }) => kind === 'stored');
    expect(created.length).toBe(1);
    const [version] = created.map(versionIn);
    expect((await all({ kind: 'update', version: version ?? {} })).filter(({ kind }) => kind === 'stored').length).toBe(
      1,
    );
    const overwritten = await all();
    expect(new Set(overwritten.map((answer) => versionIn(answer).etag)).size).toBe(30);
    expect(overwritten).toContainEqual({ kind: 'stored', version: versionOf(await stat(file, { bigint: true })) });
  });
});

describe('a put', () => {
  test('never touches a file that a reader or a hard link still has', async () => {
    const root = await tempFolder();
    const [file, backup] = [join(root, 'repo'), join(root, 'backup')];
    const mutations = createMutations({ root });
    await mutations.put(file, writing('one'), undefined, signal);
    await link(file, backup);
    const before = await stat(backup, { bigint: true });
    await mutations.put(file, writing('two'), undefined, signal);
    await mutations.remove(file, signal);
    const after = await stat(backup, { bigint: true });
    expect(await text(backup)).toBe('one');
    expect([after.ino, after.mtimeNs, after.size]).toEqual([before.ino, before.mtimeNs, before.size]);
  });

  test('that is aborted before it is published leaves nothing and changes nothing', async () => {
    const root = await tempFolder();
    const mutations = createMutations({ root });
    await mutations.put(join(root, 'a'), writing('one'), undefined, signal);
    const reason = new Error('enough');
    for (const condition of [undefined, { kind: 'create' } as const]) {
      const aborting = new AbortController();
      const write = async (temp: string): Promise<void> => {
        await writeFile(temp, 'two');
        aborting.abort(reason);
      };
      await expect(mutations.put(join(root, 'a'), write, condition, aborting.signal)).rejects.toBe(reason);
      await expect(mutations.put(join(root, 'b'), write, condition, aborting.signal)).rejects.toBe(reason);
    }
    expect(await readdir(root)).toEqual(['a']);
    expect(await text(join(root, 'a'))).toBe('one');
  });

  test('whose bytes cannot be written leaves nothing', async () => {
    const root = await tempFolder();
    const failure = Object.assign(new Error('full'), { code: 'ENOSPC' });
    const write = async (temp: string): Promise<void> => {
      await writeFile(temp, 'half');
      throw failure;
    };
    await expect(createMutations({ root }).put(join(root, 'a'), write, undefined, signal)).rejects.toBe(failure);
    expect(await readdir(root)).toEqual([]);
  });

  test('over a folder fails, and leaves nothing', async () => {
    const root = await tempFolder();
    await mkdir(join(root, 'a', 'b'), { recursive: true });
    await expect(createMutations({ root }).put(join(root, 'a'), writing('x'), undefined, signal)).rejects.toMatchObject(
      { code: 'EISDIR' },
    );
    expect(await readdir(root)).toEqual(['a']);
  });

  test('on a file system without hard links is refused, and leaves nothing', async () => {
    const root = await tempFolder();
    const noLink = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOSYS' }));
    const files = nodeFileSystem(root, { calls: { link: noLink } });
    const put = createMutations({ root, files }).put(join(root, 'a'), writing('x'), { kind: 'create' }, signal);
    await expect(put).rejects.toMatchObject({ kind: 'unsupported' });
    expect(await readdir(root)).toEqual([]);
  });
});

describe('beside others', () => {
  test('a write that was left claimed is carried to its end, and then answered', async () => {
    const root = await tempFolder();
    const file = join(root, 'a');
    const mutations = createMutations({ root });
    const version = versionIn(await mutations.put(file, writing('one'), undefined, signal));
    const left = tempName(currentOwner());
    await writeFile(join(root, left), 'left');
    await symlink(left, claimFile(file, fileVersionOf(await stat(file, { bigint: true })), 0));
    const update = { kind: 'update', version } as const;
    expect(await mutations.put(file, writing('two'), update, signal)).toEqual({ kind: 'refused' });
    expect(await text(file)).toBe('left');
    expect(await sideFiles(root)).toEqual([]);
  });

  test('a claim whose write was taken back is passed over', async () => {
    const root = await tempFolder();
    const file = join(root, 'a');
    const mutations = createMutations({ root });
    const version = versionIn(await mutations.put(file, writing('one'), undefined, signal));
    await symlink(tempName(currentOwner()), claimFile(file, fileVersionOf(await stat(file, { bigint: true })), 0));
    const update = { kind: 'update', version } as const;
    expect((await mutations.put(file, writing('two'), update, signal)).kind).toBe('stored');
    expect(await sideFiles(root)).toEqual([]);
  });

  const claimedToDelete = async (owner: string) => {
    const root = await tempFolder();
    const file = join(root, 'a');
    const mutations = createMutations({ root, claimTimeoutMs: 100 });
    await mutations.put(file, writing('one'), undefined, signal);
    const claim = claimFile(file, fileVersionOf(await stat(file, { bigint: true })), 0);
    await symlink(removalName(owner), claim);
    return { root, file, mutations, claim };
  };

  test('a claim that leads out of its folder is passed over, and what it leads to stays', async () => {
    const root = await tempFolder();
    const [file, outside] = [join(root, 'a', 'b'), join(root, 'outside')];
    await writeFile(outside, 'not ours');
    const mutations = createMutations({ root });
    const version = versionIn(await mutations.put(file, writing('one'), undefined, signal));
    await symlink('../outside', claimFile(file, fileVersionOf(await stat(file, { bigint: true })), 0));
    expect((await mutations.put(file, writing('two'), { kind: 'update', version }, signal)).kind).toBe('stored');
    expect(await text(file)).toBe('two');
    expect(await text(outside)).toBe('not ours');
  });

  test('a delete whose process is dead is passed over', async () => {
    const dead = ownerDigits({ ...parseOwner(currentOwner()), pid: 2n ** 31n - 1n });
    const { file, mutations, root } = await claimedToDelete(dead);
    expect((await mutations.put(file, writing('two'), undefined, signal)).kind).toBe('stored');
    expect(await text(file)).toBe('two');
    expect(await sideFiles(root)).toEqual([]);
  });

  test('a delete that is neither finished nor provably dead is named after the deadline, and changes nothing', async () => {
    const elsewhere = ownerDigits({ place: 1n, pid: 7n, thread: 7n, start: 7n });
    const { file, mutations, claim, root } = await claimedToDelete(elsewhere);
    const refusal = { kind: 'unavailable', message: expect.stringContaining(basename(claim)) };
    await expect(mutations.put(file, writing('two'), undefined, signal)).rejects.toMatchObject(refusal);
    await expect(mutations.remove(file, signal)).rejects.toMatchObject(refusal);
    expect(await text(file)).toBe('one');
    expect(await sideFiles(root)).toEqual([basename(claim)]);
  });

  test('waiting for a delete ends with the signal', async () => {
    const elsewhere = ownerDigits({ place: 1n, pid: 7n, thread: 7n, start: 7n });
    const { root, file } = await claimedToDelete(elsewhere);
    const aborting = new AbortController();
    const put = createMutations({ root }).put(file, writing('two'), undefined, aborting.signal);
    const reason = new Error('enough');
    setImmediate(() => aborting.abort(reason));
    await expect(put).rejects.toBe(reason);
    expect((await sideFiles(root)).length).toBe(1);
  });
});

describe('a removal', () => {
  test('removes the object and the folders that it leaves empty', async () => {
    const root = await tempFolder();
    const mutations = createMutations({ root });
    for (const path of ['a/b/c', 'a/d']) {
      await mutations.put(join(root, path), writing('x'), undefined, signal);
      // Long ago, so that the inode need not be held in the folder.
      await utimes(join(root, path), 1_000_000_000, 1_000_000_000);
    }
    await mutations.remove(join(root, 'a/b/c'), signal);
    expect(await readdir(join(root, 'a'))).toEqual(['d']);
    await mutations.remove(join(root, 'a/d'), signal);
    expect(await readdir(root)).toEqual([]);
  });

  test('of what is absent, a folder or in no folder succeeds', async () => {
    const root = await tempFolder();
    const mutations = createMutations({ root });
    await mkdir(join(root, 'a'));
    await writeFile(join(root, 'a', 'kept'), '');
    for (const path of ['missing', 'a', 'a/kept/b', 'b/c/d']) await mutations.remove(join(root, path), signal);
    expect(await readdir(join(root, 'a'))).toEqual(['kept']);
  });

  test('beside another one that takes the last object and its folder away succeeds', async () => {
    const root = await tempFolder();
    const file = join(root, 'a', 'b');
    const files = nodeFileSystem(root);
    const point = async (target: string, claim: string): Promise<boolean> => {
      await rm(dirname(claim), { recursive: true, force: true });
      return await files.point(target, claim);
    };
    await createMutations({ root }).put(file, writing('one'), undefined, signal);
    await createMutations({ root, files: { ...files, point } }).remove(file, signal);
    expect(await readdir(root)).toEqual([]);
  });

  test('of what was written in the same tick leaves its path free at once', async () => {
    const root = await tempFolder();
    const mutations = createMutations({ root, files: withFrozenClock(root) });
    await mutations.put(join(root, 'a', 'b', 'c'), writing('one'), undefined, signal);
    await mutations.remove(join(root, 'a', 'b', 'c'), signal);
    expect((await mutations.put(join(root, 'a'), writing('two'), { kind: 'create' }, signal)).kind).toBe('stored');
    expect(await text(join(root, 'a'))).toBe('two');
  });

  test('that fails gives the object free again', async () => {
    const root = await tempFolder();
    const file = join(root, 'a');
    const files = nodeFileSystem(root);
    const failure = Object.assign(new Error('busy'), { code: 'EBUSY' });
    const unlink = (path: string): Promise<boolean> => (path === file ? Promise.reject(failure) : files.unlink(path));
    const mutations = createMutations({ root });
    await mutations.put(file, writing('one'), undefined, signal);
    await expect(createMutations({ root, files: { ...files, unlink } }).remove(file, signal)).rejects.toBe(failure);
    expect((await mutations.put(file, writing('two'), undefined, signal)).kind).toBe('stored');
  });
});

test('a durable put syncs the bytes before the object is seen, and every new folder after', async () => {
  const above = await tempFolder();
  const root = join(above, 'made', 'objects');
  const files = nodeFileSystem(root);
  const synced: string[] = [];
  const sync = async (path: string): Promise<string> => {
    const isSeen = await stat(join(root, 'a/b')).then(
      () => 'after',
      () => 'before',
    );
    synced.push(`${isSeen}: ${path.includes('#') ? 'bytes' : path.slice(above.length)}`);
    return await files.sync(path);
  };
  const mutations = createMutations({ root, durable: true, files: { ...files, sync } });
  await mutations.put(join(root, 'a/b'), writing('x'), undefined, signal);
  expect(synced).toEqual([
    'before: bytes',
    'after: /made/objects/a',
    'after: /made/objects',
    'after: /made',
    'after: ',
  ]);
  synced.length = 0;
  await mutations.put(join(root, 'a/b'), writing('y'), undefined, signal);
  expect(synced).toEqual(['after: bytes', 'after: /made/objects/a']);
  synced.length = 0;
  await mutations.remove(join(root, 'a/b'), signal);
  expect(synced).toEqual([expect.stringContaining('/objects/a')]);
});

describe('a durable put whose folder cannot be written through', () => {
  const start = async (code: string) => {
    const root = await tempFolder();
    const files = nodeFileSystem(root);
    const failure = Object.assign(new Error('no sync'), { code });
    const sync = (path: string): Promise<string> => (path.includes('#') ? files.sync(path) : Promise.reject(failure));
    return {
      file: join(root, 'a'),
      failure,
      mutations: createMutations({ root, durable: true, files: { ...files, sync } }),
    };
  };

  test.each(['EMFILE', 'EIO'])('is neither refused nor to be tried again under its condition: %s', async (code) => {
    const { file, mutations } = await start(code);
    const unknown = { kind: 'outcome_unknown', retry: 'no', cause: { code } };
    await expect(mutations.put(file, writing('one'), { kind: 'create' }, signal)).rejects.toMatchObject(unknown);
    expect(await text(file)).toBe('one');
    const update = { kind: 'update', version: versionOf(await stat(file, { bigint: true })) } as const;
    await expect(mutations.put(file, writing('two'), update, signal)).rejects.toMatchObject(unknown);
    expect(await text(file)).toBe('two');
  });

  test('fails as its folder does where it has no condition: it may be tried again', async () => {
    const { file, failure, mutations } = await start('EMFILE');
    await expect(mutations.put(file, writing('one'), undefined, signal)).rejects.toBe(failure);
  });

  test('is stored where the folder is gone: somebody deleted the object since', async () => {
    const { file, mutations } = await start('ENOENT');
    expect((await mutations.put(file, writing('one'), { kind: 'create' }, signal)).kind).toBe('stored');
  });
});
