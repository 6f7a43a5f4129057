import { describe, expect, it } from 'vitest';
import { withPrefix } from '../src/with-prefix.ts';
import { fakeStorage, patterned } from './fake-client.ts';

const data = patterned(5);

describe('withPrefix', () => {
  it.each(['a/b', 'a/b/'])('keeps every operation under %j', async (prefix) => {
    const { client, storage } = fakeStorage();
    for (const key of ['p/k', 'p/a/k', 'p/a/bk', 'p/a/b2/k']) client.store({ key, data: patterned(1) });
    const sub = withPrefix(storage, prefix);
    expect(await sub.rootIsClean()).toBe(true);
    const put = await sub.putObject('k', data, { condition: { kind: 'create' } });
    if (put.kind !== 'updated') throw new Error('refused');
    await sub.copyObject('k', 'x/copy', { version: put.newVersion });
    expect(await (await sub.getObject('k', { range: { start: 1, end: 3 } })).bytes()).toEqual(data.slice(1, 3));
    expect(await sub.getObjectConditional('k', put.newVersion)).toEqual({ kind: 'on_latest_version' });
    expect(await sub.getObjectLastModified('k')).toEqual(client.objects.get('p/a/b/k')?.lastModified);
    expect(await Array.fromAsync(sub.listObjects(''), ({ id }) => id)).toEqual(['k', 'x/copy']);
    expect(await Array.fromAsync(sub.listObjects('x/'), ({ id }) => id)).toEqual(['copy']);
    expect(await sub.rootIsClean()).toBe(false);
    expect(await sub.deleteObjects('', [{ id: 'k', sizeBytes: 5 }])).toMatchObject({ deletedObjects: 1 });
    expect(await sub.deleteObjects('x', [{ id: 'copy', sizeBytes: 5 }])).toMatchObject({ deletedObjects: 1 });
    expect([...client.objects.keys()].sort()).toEqual(['p/a/b2/k', 'p/a/bk', 'p/a/k', 'p/k']);
  });

  it.each(['', '/'])('is the storage itself for %j', (prefix) => {
    const { storage } = fakeStorage();
    expect(withPrefix(storage, prefix)).toBe(storage);
  });

  it('nests', async () => {
    const { client, storage } = fakeStorage();
    await withPrefix(withPrefix(storage, 'a'), 'b').putObject('k', data);
    expect([...client.objects.keys()]).toEqual(['p/a/b/k']);
  });

  it('lets no path out of it', async () => {
    const { client, storage } = fakeStorage();
    const sub = withPrefix(storage, 'a');
    for (const path of ['', '/', '../k', '/k', 'k/', 'x/../../k']) {
      await expect(sub.putObject(path, data)).rejects.toMatchObject({ kind: 'invalid_path', path });
      await expect(sub.getObject(path)).rejects.toMatchObject({ kind: 'invalid_path', path });
    }
    for (const prefix of ['..', '/x', 'x/../..']) {
      await expect(Array.fromAsync(sub.listObjects(prefix))).rejects.toMatchObject({ kind: 'invalid_path' });
    }
    expect(client.calls).toEqual([]);
    for (const prefix of ['..', '/a', 'a//b']) expect(() => withPrefix(storage, prefix)).toThrow('invalid_path');
  });

  it('shows where it is, and may hold a repository even at a bucket whose root may not', async () => {
    const { client, storage } = fakeStorage();
    Object.assign(client, { repositoryCreation: 'refused_empty_prefix' });
    const sub = withPrefix(withPrefix(storage, 'a'), 'b/');
    expect(sub.info).toEqual({ backend: 'fake', fields: { bucket: 'b', prefix: 'a/b' } });
    expect(await sub.canCreateRepository()).toBe('allowed');
    await sub.close();
    await expect(storage.getObject('k')).rejects.toMatchObject({ kind: 'closed' });
    await expect(sub.canCreateRepository()).rejects.toMatchObject({ kind: 'closed' });
  });
});
