import { existsSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isStorageError, localDefaults, type StorageEvent } from '@icechunk/storage-core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import * as api from '../src/index.ts';
import { localFilesystemStorage } from '../src/index.ts';
import { tempFolder } from './temp-folder.ts';

const bytes = new TextEncoder().encode('text');

describe('the package', () => {
  it('has one public name', () => {
    expect(Object.keys(api)).toEqual(['localFilesystemStorage']);
  });
});

describe('localFilesystemStorage', () => {
  it('says where it is, by an absolute path', async () => {
    const folder = await tempFolder();
    const info = { backend: 'local filesystem', fields: { path: folder } };
    expect(localFilesystemStorage(folder).info).toEqual(info);
    expect(localFilesystemStorage(pathToFileURL(folder)).info).toEqual(info);
    expect(localFilesystemStorage(`${pathToFileURL(folder)}/`).info).toEqual(info);
    expect(localFilesystemStorage('some/folder').info.fields).toEqual({ path: join(process.cwd(), 'some/folder') });
  });

  it('has the defaults of a disk, with the settings over them', async () => {
    const folder = await tempFolder();
    expect(localFilesystemStorage(folder).settings).toEqual(localDefaults);
    const { settings } = localFilesystemStorage(folder, { settings: { retries: { maxTries: 3 } } });
    expect(settings.retries).toEqual({ ...localDefaults.retries, maxTries: 3 });
  });

  it.each([
    [{ durable: 'yes' }, 'durable takes true or false'],
    [{ prefix: 'a' }, 'prefix is no option: there are durable, readOnly, settings, onEvent'],
    [{ settings: { retries: { maxTries: 0 } } }, 'settings.retries.maxTries takes a whole number from 1'],
  ])('refuses %j before it touches the disk', async (options, detail) => {
    const folder = join(await tempFolder(), 'repo');
    expect(() => localFilesystemStorage(folder, options as object)).toThrow(expect.objectContaining({ detail }));
    expect(existsSync(folder)).toBe(false);
  });

  it('makes its folder by the first write, and by nothing else', async () => {
    const parent = await tempFolder();
    const storage = localFilesystemStorage(join(parent, 'deep/er'));
    expect(await storage.rootIsClean()).toBe(true);
    expect(await storage.canWrite()).toBe(true);
    expect(await storage.canCreateRepository()).toBe('allowed');
    await expect(storage.getObject('repo')).rejects.toSatisfy((err) => isStorageError(err, 'not_found'));
    await expect(storage.copyObject('repo', 'x')).rejects.toSatisfy((err) => isStorageError(err, 'not_found'));
    expect(await storage.deleteObjects('', [{ id: 'repo', sizeBytes: 4 }])).toMatchObject({ deletedObjects: 1 });
    expect(await readdir(parent)).toEqual([]);

    expect(await storage.putObject('repo', bytes)).toMatchObject({ kind: 'updated' });
    expect(await readdir(join(parent, 'deep/er'))).toEqual(['repo']);
  });

  it('writes nothing where it is read-only', async () => {
    const folder = await tempFolder();
    await localFilesystemStorage(folder).putObject('a', bytes);
    const storage = localFilesystemStorage(folder, { readOnly: true });
    expect(await storage.canWrite()).toBe(false);
    const writes = [
      storage.putObject('b', bytes),
      storage.copyObject('a', 'b'),
      storage.deleteObjects('', [{ id: 'a', sizeBytes: 4 }]),
    ];
    for (const write of await Promise.allSettled(writes)) {
      expect(write.status === 'rejected' && isStorageError(write.reason, 'read_only')).toBe(true);
    }
    expect(await readdir(folder)).toEqual(['a']);
    expect(await (await storage.getObject('a')).bytes()).toEqual(bytes);
  });

  it('writes through to the disk where it is to be durable, and nowhere else', async () => {
    const folder = await tempFolder();
    const handle = await open(folder);
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as FileHandle, 'sync');
    await handle.close();
    onTestFinished(() => sync.mockRestore());
    await localFilesystemStorage(folder).putObject('a/b', bytes);
    expect(sync).not.toHaveBeenCalled();
    await localFilesystemStorage(folder, { durable: true }).putObject('a/c', bytes, { condition: { kind: 'create' } });
    // The file and its folder, at least.
    expect(sync.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  it('tells its listener', async () => {
    const folder = await tempFolder();
    const events: StorageEvent[] = [];
    const settings = { unsafeUseConditionalCreate: false };
    const storage = localFilesystemStorage(folder, { settings, onEvent: (event) => events.push(event) });
    await storage.putObject('a', bytes, { condition: { kind: 'create' } });
    expect(events).toEqual([{ kind: 'condition_dropped', condition: 'create' }]);
  });
});
