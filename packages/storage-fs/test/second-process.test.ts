import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { localFilesystemStorage } from '../src/index.ts';
import { storageOfSecondProcess } from './second-process.ts';
import { tempFolder } from './temp-folder.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('a storage of a second process', () => {
  it('answers every call as the storage of this one does', async () => {
    const root = await tempFolder();
    const first = localFilesystemStorage(root);
    const second = storageOfSecondProcess({ root, prefixes: ['in', 'it/'], settings: {}, readOnly: false });
    try {
      const put = await second.putObject('a', bytes('one'), { condition: { kind: 'create' } });
      expect(await second.putObject('a', bytes('two'), { condition: { kind: 'create' } })).toEqual({
        kind: 'not_on_latest_version',
      });
      const body = await first.getObject('in/it/a');
      expect({ kind: 'updated', newVersion: body.version }).toEqual(put);
      expect(text(await body.bytes())).toBe('one');
      expect(text(await (await second.getObject('a', { range: { start: 1, end: 3 } })).bytes())).toBe('ne');
      expect(await second.getObjectConditional('a', body.version)).toEqual({ kind: 'on_latest_version' });
      const changed = await second.getObjectConditional('a', undefined);
      expect(changed.kind === 'modified' && text(await changed.object.bytes())).toBe('one');
      expect((await second.copyObject('a', 'b')).kind).toBe('updated');
      const ids: string[] = [];
      for await (const { id } of second.listObjects('')) ids.push(id);
      expect(ids).toEqual(['a', 'b']);
      expect(await second.getObjectLastModified('a')).toEqual(await first.getObjectLastModified('in/it/a'));
      expect(await second.deleteObjects('', [{ id: 'a', sizeBytes: 3 }])).toEqual({
        deletedObjects: 1,
        deletedBytes: 3,
        failures: [],
      });
      await expect(second.getObject('a')).rejects.toMatchObject({ name: 'StorageError', kind: 'not_found' });
      expect([await second.canWrite(), await second.rootIsClean()]).toEqual([true, false]);
    } finally {
      await Promise.all([first.close(), second.close()]);
    }
  });

  it('is gone when the storage is closed', async () => {
    const second = storageOfSecondProcess({ root: await tempFolder(), prefixes: [], settings: {}, readOnly: true });
    const { pid } = second;
    expect(pid).not.toBe(process.pid);
    expect(process.kill(pid, 0)).toBe(true);
    await second.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(second.canWrite()).rejects.toThrow();
  });

  it('ends with the channel, as it does where the test that began it ended early', async () => {
    const program = fileURLToPath(new URL('./programs/second-storage.ts', import.meta.url));
    const options = { root: await tempFolder(), prefixes: [], settings: {}, readOnly: true };
    const execArgv = ['--conditions=@icechunk/source', '--no-warnings'];
    const child = fork(program, [JSON.stringify(options)], { execArgv, serialization: 'advanced' });
    child.send({ id: 1, method: 'canWrite', args: [] });
    expect((await once(child, 'message'))[0]).toEqual({ id: 1, value: false });
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
