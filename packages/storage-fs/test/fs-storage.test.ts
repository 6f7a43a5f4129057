import { chmod, link, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isStorageError,
  type Storage,
  type StorageErrorKind,
  type StorageEvent,
  type VersionInfo,
} from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { localFilesystemStorage } from '../src/index.ts';
import { idsOf } from './ids-of.ts';
import { runProgram } from './programs/run.ts';
import { tempFolder } from './temp-folder.ts';
import { treeOf } from './tree.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const ofKind = (kind: StorageErrorKind) => (err: unknown) => isStorageError(err, kind);

interface Setup {
  readonly folder: string;
  readonly storage: Storage;
}

async function storageWith(objects: Readonly<Record<string, string>> = {}): Promise<Setup> {
  const folder = await tempFolder();
  const storage = localFilesystemStorage(folder);
  for (const [path, value] of Object.entries(objects)) await storage.putObject(path, text(value));
  return { folder, storage };
}

async function contentOf(storage: Storage, path: string): Promise<string> {
  return new TextDecoder().decode(await (await storage.getObject(path)).bytes());
}

async function versionOf(storage: Storage, path: string): Promise<VersionInfo> {
  const body = await storage.getObject(path);
  await body.cancel();
  return body.version;
}

describe('the layout on disk', () => {
  // The names that Icechunk's Python client 1.1.21 gave its `refs/branch.<name>` for branches so named.
  it.each([
    ['repo', 'repo'],
    ['chunks/1CECHNKREP0F1RSTCMT0', 'chunks/1CECHNKREP0F1RSTCMT0'],
    ['a b/c+d', 'a b/c+d'],
    ['100%/%48', '100%25/%2548'],
    ['é/日本', '%C3%A9/%E6%97%A5%E6%9C%AC'],
    ['e\u0301', 'e%CC%81'],
    ['a#1', 'a%231'],
    ['~x/{y}|^z', '%7Ex/%7By%7D%7C%5Ez'],
    ['a\\b/*?"<>[]`', 'a%5Cb/%2A%3F%22%3C%3E%5B%5D%60'],
    ["a:b/&=;,@$!'()", "a:b/&=;,@$!'()"],
    ['.hidden/...', '.hidden/...'],
    ['🧊', '%F0%9F%A7%8A'],
  ])('keeps %j in the file %j', async (path, file) => {
    const { folder, storage } = await storageWith({ [path]: 'text' });
    expect(await readFile(join(folder, file), 'utf8')).toBe('text');
    expect(await contentOf(storage, path)).toBe('text');
    expect(await idsOf(storage)).toEqual([path]);
    expect(await storage.deleteObjects('', [{ id: path, sizeBytes: 4 }])).toMatchObject({
      deletedObjects: 1,
      failures: [],
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps two spellings of one letter apart', async () => {
    const { storage } = await storageWith({ é: 'composed', 'e\u0301': 'decomposed' });
    expect(await contentOf(storage, 'é')).toBe('composed');
    expect(await contentOf(storage, 'e\u0301')).toBe('decomposed');
  });

  it('reads what another client wrote, a hard link among it', async () => {
    const { folder, storage } = await storageWith();
    await mkdir(join(folder, 'overwritten'));
    await writeFile(join(folder, 'repo'), 'text');
    await link(join(folder, 'repo'), join(folder, 'overwritten/repo.1.X'));
    const before = await stat(join(folder, 'repo'));
    expect(await contentOf(storage, 'overwritten/repo.1.X')).toBe('text');
    const version = await versionOf(storage, 'repo');
    expect(await storage.putObject('repo', text('next'), { condition: { kind: 'update', version } })).toMatchObject({
      kind: 'updated',
    });
    expect(await contentOf(storage, 'repo')).toBe('next');
    expect(await contentOf(storage, 'overwritten/repo.1.X')).toBe('text');
    expect(await idsOf(storage)).toEqual(['overwritten/repo.1.X', 'repo']);
    expect((await stat(join(folder, 'overwritten/repo.1.X'))).mtimeMs).toBe(before.mtimeMs);
  });

  it('gives versions as other clients do: inode, time in microseconds and size, in hex', async () => {
    const { folder, storage } = await storageWith({ a: 'twelve bytes' });
    const { ino, mtimeNs, size } = await stat(join(folder, 'a'), { bigint: true });
    const etag = `"${ino.toString(16)}-${(mtimeNs / 1000n).toString(16)}-${size.toString(16)}"`;
    const body = await storage.getObject('a');
    await body.cancel();
    expect(body.version).toEqual({ etag });
    expect(body.lastModified?.getTime()).toBe(Number(mtimeNs / 1_000_000n));
  });

  it('leaves out names that no Icechunk client writes, and says so once', async () => {
    const folder = await tempFolder();
    const events: StorageEvent[] = [];
    const storage = localFilesystemStorage(folder, { onEvent: (event) => events.push(event) });
    await storage.putObject('a', text('1'));
    for (const name of ['é', 'x%2fy', 'b~', '%41', 'a#1']) await writeFile(join(folder, name), '');
    expect(await idsOf(storage)).toEqual(['a']);
    expect(await idsOf(storage)).toEqual(['a']);
    const skipped = events.map((event) => (event.kind === 'name_skipped' ? event.key : event.kind));
    expect(skipped.sort()).toEqual(['%41', 'b~', 'x%2fy', 'é']);
  });

  it('refuses a segment that is too long once encoded, and nothing shorter', async () => {
    const { folder, storage } = await storageWith();
    const longest = 'x'.repeat(255);
    expect(await storage.putObject(longest, text('1'))).toMatchObject({ kind: 'updated' });
    const version = await versionOf(storage, longest);
    expect(await storage.putObject(longest, text('2'), { condition: { kind: 'update', version } })).toMatchObject({
      kind: 'updated',
    });
    expect(await contentOf(storage, longest)).toBe('2');
    await storage.deleteObjects('', [{ id: longest, sizeBytes: 1 }]);
    for (const path of [`${longest}x`, 'é'.repeat(43), `a/${longest}x/b`]) {
      await expect(storage.putObject(path, text('1'))).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(storage.getObject(path)).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(idsOf(storage, path)).rejects.toSatisfy(ofKind('invalid_path'));
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('links below the root', () => {
  it('are never a way out', async () => {
    const outside = await tempFolder();
    await writeFile(join(outside, 'secret'), 'text');
    const { folder, storage } = await storageWith({ 'a/b': 'text' });
    await symlink(outside, join(folder, 'out'));
    await symlink(join(outside, 'secret'), join(folder, 'a/link'));
    const before = await treeOf(outside);
    const data = text('overwritten');
    for (const path of ['out/secret', 'out/new', 'out/deeper/new', 'a/link']) {
      await expect(storage.getObject(path), path).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(storage.getObjectLastModified(path), path).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(storage.putObject(path, data), path).rejects.toSatisfy(ofKind('invalid_path'));
      const create = storage.putObject(path, data, { condition: { kind: 'create' } });
      await expect(create, path).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(storage.copyObject('a/b', path), path).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(storage.copyObject(path, 'copy'), path).rejects.toSatisfy(ofKind('invalid_path'));
    }
    const { failures } = await storage.deleteObjects('out', [{ id: 'secret', sizeBytes: 1 }]);
    expect(failures.map(({ error }) => ofKind('invalid_path')(error))).toEqual([true]);
    await storage.deleteObjects('', [{ id: 'a/link', sizeBytes: 1 }]);
    expect(await idsOf(storage)).toEqual(['a/b']);
    expect(await treeOf(outside)).toEqual(before);
    expect(Object.keys(await treeOf(folder))).toEqual(['a', 'a/b', 'a/link', 'out']);
  });

  it('may lead to the root itself', async () => {
    const { folder, storage } = await storageWith({ 'a/b': 'text' });
    const root = join(await tempFolder(), 'link');
    await symlink(folder, root);
    const linked = localFilesystemStorage(root);
    expect(await contentOf(linked, 'a/b')).toBe('text');
    await linked.putObject('c', text('new'));
    expect(await idsOf(storage)).toEqual(['a/b', 'c']);
    expect(await idsOf(linked)).toEqual(['a/b', 'c']);
  });
});

describe('files and folders', () => {
  it('cannot be one thing, and nothing is left of the attempt', async () => {
    const { folder, storage } = await storageWith({ a: '1', 'b/c': '2' });
    const before = await treeOf(folder);
    for (const path of ['a/x', 'a/x/y', 'b']) {
      for (const condition of [undefined, { kind: 'create' }] as const) {
        const put = storage.putObject(path, text('x'), { ...(condition && { condition }) });
        await expect(put, path).rejects.toSatisfy(ofKind('invalid_path'));
      }
      await expect(storage.copyObject('a', path), path).rejects.toSatisfy(ofKind('invalid_path'));
      await expect(storage.getObject(path), path).rejects.toSatisfy(ofKind('not_found'));
    }
    const ids = ['a/x', 'b'].map((id) => ({ id, sizeBytes: 1 }));
    expect(await storage.deleteObjects('', ids)).toMatchObject({ deletedObjects: 2, failures: [] });
    expect(await treeOf(folder)).toEqual(before);
  });

  it('give way to each other once they are empty', async () => {
    const { storage } = await storageWith({ 'a/b/c': '1' });
    await storage.deleteObjects('', [{ id: 'a/b/c', sizeBytes: 1 }]);
    expect(await storage.putObject('a', text('2'), { condition: { kind: 'create' } })).toMatchObject({
      kind: 'updated',
    });
    await storage.deleteObjects('', [{ id: 'a', sizeBytes: 1 }]);
    expect(await storage.putObject('a/b', text('3'))).toMatchObject({ kind: 'updated' });
    expect(await idsOf(storage)).toEqual(['a/b']);
  });
});

describe('reads beside writes', () => {
  it('give one version whole, with its own etag', async () => {
    const { storage } = await storageWith();
    const sizeBytes = 300_000;
    const written = new Map<string, string>();
    const write = async (letter: string): Promise<void> => {
      const result = await storage.putObject('a', text(letter.repeat(sizeBytes)));
      if (result.kind === 'updated') written.set(result.newVersion.etag ?? '', letter);
    };
    const seen: (readonly [etag: string, letters: string])[] = [];
    const read = async (): Promise<void> => {
      const body = await storage.getObject('a');
      const letters = [...new Set(await body.bytes())].map((code) => String.fromCharCode(code));
      seen.push([body.version.etag ?? '', letters.join('')]);
    };
    await write('@');
    for (const letter of 'abcdefghijklmnopqrst') await Promise.all([read(), write(letter), read(), read()]);
    expect(written.size).toBe(21);
    expect(seen.length).toBe(60);
    for (const [etag, letters] of seen) expect(letters).toBe(written.get(etag));
  });

  it('leave no part of a write that was aborted', async () => {
    const { folder, storage } = await storageWith({ a: 'old' });
    const data = new Uint8Array(20_000_000);
    for (const delay of [0, 1, 2, 5, 10]) {
      const controller = new AbortController();
      const put = storage.putObject('a', data, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), delay);
      const outcome = await put.then(
        () => 'written',
        (err: Error) => err.message,
      );
      expect(['enough', 'written']).toContain(outcome);
      const { size } = await stat(join(folder, 'a'));
      expect([3, data.byteLength]).toContain(size);
      if (outcome === 'written') await storage.putObject('a', text('old'));
    }
  });
});

describe('a machine that says no', () => {
  it('has no file left to open', async () => {
    const { folder } = await storageWith({ 'a/b': 'old' });
    const none = 'unavailable EMFILE again';
    const outcomes = await runProgram('out-of-files.ts', [folder], 'ulimit -n 100');
    expect(outcomes).toEqual({
      without: { get: none, put: none, create: none, copy: none, list: none },
      after: { get: 'old', put: 'updated', create: 'updated', copy: 'updated', list: 'a/b a/c d' },
    });
    expect(await treeOf(folder)).toEqual({ a: '/', 'a/b': 'new', 'a/c': 'new', d: 'new' });
  });

  it('takes no more bytes in the middle of a write', async () => {
    const { folder } = await storageWith({ 'a/b': 'old' });
    // In blocks of 512 bytes, or of 1,024 in some shells: less than the program writes in either case.
    const outcomes = await runProgram('too-large.ts', [folder], 'ulimit -f 2000');
    const full = 'unavailable EFBIG no';
    expect(outcomes).toEqual({ overwrite: full, create: full, small: 'updated' });
    const { small, ...rest } = await treeOf(folder);
    expect(small).toHaveLength(5);
    expect(rest).toMatchObject({ a: '/', 'a/b': 'old' });
    expect(Object.keys(rest).filter((name) => !['a', 'a/b', 'x'].includes(name))).toEqual([]);
  });

  it('lets the user neither write nor read', async () => {
    const { folder } = await storageWith({ 'open/a': 'old', 'open/secret': 'no', 'closed/x': 'no' });
    await chmod(join(folder, 'open/secret'), 0o000);
    await chmod(join(folder, 'closed'), 0o000);
    await chmod(join(folder, 'open'), 0o555);
    await chmod(folder, 0o555);
    const forbidden = 'permission_denied EACCES no';
    const outcomes = await runProgram('no-rights.ts', [folder]);
    await chmod(folder, 0o755);
    await chmod(join(folder, 'closed'), 0o755);
    await chmod(join(folder, 'open'), 0o755);
    expect(outcomes).toEqual({
      readable: 'old',
      unreadable: forbidden,
      put: forbidden,
      create: forbidden,
      newFolder: forbidden,
      copy: forbidden,
      delete: forbidden,
      list: forbidden,
    });
    expect(Object.keys(await treeOf(folder))).toEqual(['closed', 'closed/x', 'open', 'open/a', 'open/secret']);
  });
});

describe('a large object', () => {
  it('is streamed with little memory', async () => {
    const folder = await tempFolder();
    const gibibyte = 1024 ** 3;
    await writeFile(join(folder, 'large'), '');
    await truncate(join(folder, 'large'), gibibyte);
    const { bytes, grownBytes } = (await runProgram('stream-memory.ts', [folder, 'large'])) as Record<string, number>;
    expect(bytes).toBe(gibibyte);
    expect(grownBytes).toBeLessThan(64 * 1024 * 1024);
  });
});
