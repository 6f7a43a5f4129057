import { describe, expect, it } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { failing, fakeStorage, patterned } from './fake-client.ts';

function stored(...paths: string[]) {
  const fake = fakeStorage();
  for (const path of paths) fake.client.store({ key: `p/${path}`, data: patterned(2) });
  return fake;
}

const item = (id: string) => ({ id, sizeBytes: 2 });
const denied = new StorageError({ kind: 'permission_denied', message: 'no' });

describe('deleteObjects', () => {
  it('deletes in batches of what one request takes, from any kind of iterable', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `d/${index}`);
    async function* stream() {
      for (const name of names) yield item(name.slice(2));
    }
    const { client, storage } = stored(...names, 'd2/0');
    expect(await storage.deleteObjects('d', stream())).toEqual({ deletedObjects: 8, deletedBytes: 16, failures: [] });
    expect(client.requests<string[]>('delete').map((keys) => keys.length)).toEqual([3, 3, 2]);
    expect([...client.objects.keys()]).toEqual(['p/d2/0']);
  });

  it('deletes nothing whose size would make the sum none, and says so', async () => {
    const { client, storage } = stored('a', 'b', 'c', 'd', 'e');
    const sizes = [undefined, Number.NaN, -1, '2', 2n];
    const items = ['a', 'b', 'c', 'd', 'e'].map((id, index) => ({ id, sizeBytes: sizes[index] as number }));
    const result = await storage.deleteObjects('', [...items, item('f')]);
    expect(result).toMatchObject({ deletedObjects: 1, deletedBytes: 2 });
    expect(result.failures.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(result.failures[0]?.error).toMatchObject({ kind: 'invalid_options', path: 'a' });
    expect(client.objects.size).toBe(5);
  });

  it.each([null, undefined, 'a'])('rejects where what is given is no item: %j', async (item) => {
    const { client, storage } = stored('a');
    await expect(storage.deleteObjects('', [item as never])).rejects.toMatchObject({ kind: 'invalid_options' });
    expect(client.calls).toEqual([]);
  });

  it('counts what was absent, and what is given twice once', async () => {
    const { client, storage } = stored('a', 'a/b', 'ab');
    const result = await storage.deleteObjects('', [item('a'), item('a'), item('absent')]);
    expect(result).toEqual({ deletedObjects: 2, deletedBytes: 4, failures: [] });
    expect([...client.objects.keys()]).toEqual(['p/a/b', 'p/ab']);
  });

  it('counts an id once that comes back in a later batch', async () => {
    const { client, storage } = stored('a', 'b', 'c');
    const result = await storage.deleteObjects('', ['a', 'b', 'c', 'a', 'b'].map(item));
    expect(result).toEqual({ deletedObjects: 3, deletedBytes: 6, failures: [] });
    expect(client.count('delete')).toBe(1);
  });

  it('sends nothing for nothing', async () => {
    const { client, storage } = stored();
    expect(await storage.deleteObjects('x/', [])).toEqual({ deletedObjects: 0, deletedBytes: 0, failures: [] });
    expect(client.calls).toEqual([]);
  });

  it('says which keys could not be deleted, and counts only the others', async () => {
    const { client, storage } = stored('a', 'b', 'c');
    client.script('delete', async (_, __, keys) =>
      (keys as string[]).map((key) => (key === 'p/b' ? { key, error: denied } : { key })),
    );
    const result = await storage.deleteObjects('', [item('a'), item('b'), item('c')]);
    expect(result).toMatchObject({
      deletedObjects: 2,
      deletedBytes: 4,
      failures: [{ id: 'b', error: { kind: 'permission_denied' } }],
    });
  });

  it('asks again for those keys alone that may succeed later', async () => {
    const { client, storage } = stored('a', 'b', 'c');
    const busy = new StorageError({ kind: 'unavailable', message: 'slow down' });
    client.script('delete', async (_, __, keys) =>
      (keys as string[]).map((key) => (key === 'p/b' ? { key, error: busy } : { key })),
    );
    expect(await storage.deleteObjects('', [item('a'), item('b'), item('c')])).toMatchObject({
      deletedObjects: 3,
      failures: [],
    });
    expect(client.requests('delete')).toEqual([['p/a', 'p/b', 'p/c'], ['p/b']]);
  });

  it('makes failures of a whole batch that fails, and goes on with the others', async () => {
    const { client, storage } = stored();
    client.script('delete', failing(denied));
    const result = await storage.deleteObjects('', ['a', 'b', 'c', 'd'].map(item));
    expect(result.deletedObjects).toBe(1);
    expect(result.failures.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('does not take a key for gone that the answer leaves out', async () => {
    const { client, storage } = stored('a', 'b');
    client.script('delete', async () => [{ key: 'p/a' }]);
    const result = await storage.deleteObjects('', [item('a'), item('b')]);
    expect(result).toMatchObject({ deletedObjects: 1, failures: [{ id: 'b', error: { kind: 'bad_response' } }] });
  });

  it('takes an id that is no path for a failure of its own', async () => {
    const { client, storage } = stored('a', 'x');
    const result = await storage.deleteObjects('', [item('../x'), item(''), item('x'.repeat(1100)), item('a')]);
    expect(result).toMatchObject({ deletedObjects: 1, deletedBytes: 2 });
    expect(result.failures.map(({ error }) => (error as StorageError).kind)).toEqual([
      'invalid_path',
      'invalid_path',
      'invalid_path',
    ]);
    expect(client.requests('delete')).toEqual([['p/a']]);
  });

  it("rejects with what the iterable throws, and with the signal's reason", async () => {
    const { client, storage } = stored('a');
    function* failingItems() {
      yield item('a');
      throw new Error('the list broke');
    }
    await expect(storage.deleteObjects('', failingItems())).rejects.toThrow('the list broke');
    const controller = new AbortController();
    client.script('delete', () => {
      controller.abort('enough');
      return new Promise(() => {});
    });
    await expect(storage.deleteObjects('', [item('a')], { signal: controller.signal })).rejects.toBe('enough');
  });

  it('gives each id the reason of its own', async () => {
    const { client, storage } = stored('a', 'b');
    const errors = ['SlowDown', 'InternalError'].map(
      (providerCode) => new StorageError({ kind: 'unavailable', message: 'no', providerCode }),
    );
    const refuse = async () => [
      { key: 'p/a', error: errors[0] },
      { key: 'p/b', error: errors[1] },
    ];
    client.script('delete', refuse, refuse, refuse, refuse);
    const { failures } = await storage.deleteObjects('', [item('a'), item('b')]);
    expect(failures).toMatchObject([
      { id: 'a', error: { providerCode: 'SlowDown', attempts: 4 } },
      { id: 'b', error: { providerCode: 'InternalError', attempts: 4 } },
    ]);
  });

  it('gives every id the reason of the last request, where that failed whole', async () => {
    const { client, storage } = stored('a');
    const busy = new StorageError({ kind: 'unavailable', message: 'no', providerCode: 'SlowDown' });
    const broken = failing(new StorageError({ kind: 'timeout', message: 'no answer' }));
    client.script('delete', async () => [{ key: 'p/a', error: busy }], broken, broken, broken);
    const { failures } = await storage.deleteObjects('', [item('a')]);
    expect(failures).toMatchObject([{ id: 'a', error: { kind: 'timeout', attempts: 4 } }]);
  });
});
