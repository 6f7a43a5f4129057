import { describe, expect, it } from 'vitest';
import type { KeyMapping } from '../src/client.ts';
import { StorageError } from '../src/errors.ts';
import { failing, fakeStorage, patterned, reset } from './fake-client.ts';

const data = patterned(3);

/** A storage whose keys are known only once the provider has been asked. */
function asking(ask: () => Promise<unknown>, settings = {}) {
  const fake = fakeStorage(settings);
  const { keys } = fake.client;
  const mapping: KeyMapping = {
    toKey: async (path) => {
      await ask();
      return keys.toKey(path);
    },
    toKeyPrefix: async (path) => {
      await ask();
      return keys.toKeyPrefix(path);
    },
    toPath: (key) => keys.toPath(key),
  };
  Object.assign(fake.client, { keys: mapping });
  return fake;
}

describe('a layout that the provider is asked for', () => {
  it('is asked for again where the answer did not come, for single objects, listings and deletes', async () => {
    let asked = 0;
    const { storage, events } = asking(async () => {
      if (asked++ % 2 === 0) throw reset();
    });
    await storage.putObject('a', data);
    expect(await Array.fromAsync(storage.listObjects(''), ({ id }) => id)).toEqual(['a']);
    expect(await storage.deleteObjects('', [{ id: 'a', sizeBytes: 3 }])).toMatchObject({ deletedObjects: 1 });
    expect(events.map((event) => event.kind)).toEqual(['retry', 'retry', 'retry']);
  });

  it('is not waited for once the signal fires', async () => {
    const { client, storage } = asking(() => new Promise(() => {}));
    const controller = new AbortController();
    const { signal } = controller;
    const pending = [
      storage.getObject('a', { signal }),
      storage.rootIsClean({ signal }),
      storage.deleteObjects('', [{ id: 'a', sizeBytes: 3 }], { signal }),
    ];
    controller.abort('enough');
    for (const promise of pending) await expect(promise).rejects.toBe('enough');
    expect(client.calls).toEqual([]);
  });

  it('has its deadline, and says where it failed', async () => {
    const late = asking(() => new Promise(() => {}), { timeouts: { operationTimeoutMs: 20 } });
    await expect(late.storage.getObject('a')).rejects.toMatchObject({ kind: 'timeout', path: 'a' });
    const denied = asking(failing(new StorageError({ kind: 'permission_denied', message: 'no' })) as never);
    const expected = { kind: 'permission_denied', operation: 'getObject', path: 'a', backend: 'fake' };
    await expect(denied.storage.getObject('a')).rejects.toMatchObject(expected);
  });
});

describe('a prefix that no key fits behind', () => {
  it('is refused before any request, as a path is', async () => {
    const { client, storage } = fakeStorage();
    const longest = 'x'.repeat(1_022);
    await expect(Array.fromAsync(storage.listObjects(longest))).resolves.toEqual([]);
    client.calls.length = 0;
    await expect(Array.fromAsync(storage.listObjects(`${longest}x`))).rejects.toMatchObject({ kind: 'invalid_path' });
    const { failures } = await storage.deleteObjects(longest, [{ id: 'x', sizeBytes: 1 }]);
    expect(failures).toMatchObject([{ id: 'x', error: { kind: 'invalid_path', path: `${longest}/x` } }]);
    expect(client.calls).toEqual([]);
  });
});
