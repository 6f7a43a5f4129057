import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../src/contract.ts';
import { type CreateStorageOptions, cloudDefaults, createStorage } from '../src/index.ts';
import { countedSignal } from './counted-signal.ts';
import { FakeClient, fakeStorage, hanging, patterned, reset } from './fake-client.ts';

const data = patterned(3);
const ofEach = (storage: Storage, path = 'k', signal?: AbortSignal): Record<string, () => Promise<unknown>> => {
  const options = signal ? { signal } : {};
  return {
    getObject: () => storage.getObject(path, options),
    getObjectConditional: () => storage.getObjectConditional(path, undefined, options),
    putObject: () => storage.putObject(path, data, options),
    copyObject: () => storage.copyObject(path, 'to', options),
    getObjectLastModified: () => storage.getObjectLastModified(path, options),
    listObjects: () => Array.fromAsync(storage.listObjects(path, options)),
    deleteObjects: () => storage.deleteObjects(path, [{ id: 'x', sizeBytes: 1 }], options),
    canWrite: () => storage.canWrite(options),
    rootIsClean: () => storage.rootIsClean(options),
  };
};
const operations = Object.keys(ofEach(fakeStorage().storage));
const withoutPath = new Set(['canWrite', 'rootIsClean']);

describe('every operation', () => {
  it.each(operations)('%s rejects with `closed` after close()', async (name) => {
    const { client, storage } = fakeStorage();
    await storage.close();
    await storage.close();
    await expect(ofEach(storage)[name]?.()).rejects.toMatchObject({ kind: 'closed', operation: name });
    expect(client.calls).toEqual([]);
  });

  it.each(operations)('%s sends nothing for a signal that has fired', async (name) => {
    const { client, storage } = fakeStorage();
    await expect(ofEach(storage, 'k', AbortSignal.abort('before'))[name]?.()).rejects.toBe('before');
    expect(client.calls).toEqual([]);
  });

  it.each(operations.filter((name) => name !== 'canWrite'))(
    '%s ends by the signal on its way, whatever the client does',
    async (name) => {
      const { client, storage } = fakeStorage();
      client.store({ key: 'p/k', data });
      const controller = new AbortController();
      for (const verb of ['get', 'put', 'copy', 'head', 'page', 'delete'] as const) {
        client.script(verb, (proceed, context, request) => {
          queueMicrotask(() => controller.abort('enough'));
          return hanging(proceed, context, request);
        });
      }
      await expect(ofEach(storage, 'k', controller.signal)[name]?.()).rejects.toBe('enough');
      expect(client.calls.length).toBe(1);
    },
  );

  it.each(operations)('%s refuses what is no signal', async (name) => {
    const { client, storage } = fakeStorage();
    const signal = new AbortController() as unknown as AbortSignal;
    await expect(ofEach(storage, 'k', signal)[name]?.()).rejects.toMatchObject({
      kind: 'invalid_options',
      message: expect.stringContaining('signal takes an AbortSignal'),
    });
    expect(client.calls).toEqual([]);
  });

  it.each(operations)('%s leaves no listener on a signal that lives on', async (name) => {
    const { client, storage } = fakeStorage();
    client.store({ key: 'p/k', data });
    const { signal, listeners } = countedSignal();
    const result = await ofEach(storage, 'k', signal)[name]?.();
    if (name === 'getObject') await (result as Awaited<ReturnType<Storage['getObject']>>).bytes();
    if (name === 'getObjectConditional') await (result as { object: { cancel(): Promise<void> } }).object.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    expect(listeners()).toBe(0);
  });

  it.each(operations.filter((name) => !withoutPath.has(name)))(
    '%s refuses what is no path, before any request',
    async (name) => {
      for (const path of ['/k', 'a//b', '.', 'a/../b', 'a\0b', '\ud800', 'x'.repeat(1_023)]) {
        const { client, storage } = fakeStorage();
        // Nothing is wrong with this one before an id comes behind it.
        if (name === 'deleteObjects' && path.length > 1_000) continue;
        await expect(ofEach(storage, path)[name]?.()).rejects.toMatchObject({ kind: 'invalid_path' });
        expect(client.calls).toEqual([]);
      }
    },
  );
});

describe('a storage for reading only', () => {
  it('refuses every write, sends nothing, and says so when asked', async () => {
    const { client, storage } = fakeStorage({}, { readOnly: true });
    expect(await storage.canWrite()).toBe(false);
    for (const name of ['putObject', 'copyObject', 'deleteObjects']) {
      await expect(ofEach(storage)[name]?.()).rejects.toMatchObject({ kind: 'read_only', operation: name });
    }
    expect(client.calls).toEqual([]);
    client.store({ key: 'p/k', data });
    expect(await (await storage.getObject('k')).bytes()).toEqual(data);
  });
});

function detached(): Uint8Array {
  const bytes = patterned(3);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe('putObject', () => {
  it('refuses data that is no private bytes, and options that make no sense, before any request', async () => {
    const { client, storage } = fakeStorage();
    const wrong: [unknown, object, string][] = [
      ['text', {}, 'data takes a Uint8Array'],
      [new ArrayBuffer(3), {}, 'data takes a Uint8Array'],
      [new Uint8Array(new SharedArrayBuffer(3)), {}, 'SharedArrayBuffer'],
      [new Uint8Array(runInNewContext('new SharedArrayBuffer(3)') as SharedArrayBuffer), {}, 'SharedArrayBuffer'],
      [data, { metadata: { 'a b': 'x' } }, 'HTTP token'],
      [data, { contentType: 'a\nb' }, 'contentType'],
      [data, { condition: { kind: 'updated' } }, 'condition.kind'],
      [data, { condition: { kind: 'update' } }, 'condition.version'],
      [data, { condition: { kind: 'update', version: {} } }, 'condition.version'],
      [data, { condition: null }, "condition takes { kind: 'create' } or { kind: 'update', version }"],
      [data, { condition: false }, 'condition takes'],
      [data, { condition: '' }, 'condition takes'],
      [data, { condition: 'create' }, 'condition takes'],
      [detached(), {}, 'data takes memory that is still there'],
    ];
    for (const [bytes, options, message] of wrong) {
      const put = storage.putObject('k', bytes as Uint8Array, options);
      await expect(put).rejects.toMatchObject({ kind: 'invalid_options' });
      await expect(put).rejects.toThrow(message);
    }
    expect(client.calls).toEqual([]);
  });

  it('takes a view for what it shows', async () => {
    const { client, storage } = fakeStorage();
    await storage.putObject('k', patterned(100).subarray(20, 30));
    expect(client.objects.get('p/k')?.data).toEqual(patterned(100).slice(20, 30));
  });
});

describe('options under a name that there is not', () => {
  const { client, storage } = fakeStorage();
  const misspelt = { conditions: { kind: 'create' } };

  it.each([
    ['getObject', () => storage.getObject('k', misspelt as object)],
    ['putObject', () => storage.putObject('k', data, misspelt as object)],
    ['copyObject', () => storage.copyObject('k', 'to', misspelt as object)],
  ])('are refused by %s before any request', async (_, call) => {
    const message = expect.stringContaining('conditions is no option: there are signal, ');
    await expect(call()).rejects.toMatchObject({ kind: 'invalid_options', message });
    expect(client.calls).toEqual([]);
  });
});

describe('copyObject', () => {
  it.each([null, false, ''])('refuses %j for a version, which would copy whatever is there', async (version) => {
    const { client, storage } = fakeStorage();
    const copy = storage.copyObject('k', 'to', { version } as object);
    const message = expect.stringContaining('version takes a version with an etag or a generation');
    await expect(copy).rejects.toMatchObject({ kind: 'invalid_options', message });
    expect(client.calls).toEqual([]);
  });
});

describe('getObject', () => {
  it.each([null, false, 0, ''])('refuses %j for a range, which would give the whole object', async (range) => {
    const { client, storage } = fakeStorage();
    await expect(storage.getObject('k', { range } as object)).rejects.toMatchObject({ kind: 'invalid_range' });
    expect(client.calls).toEqual([]);
  });
});

describe('items of deleteObjects', () => {
  it.each([undefined, null, 'a', 7, {}, Promise.resolve([])])(
    'are refused where they are no iterable: %j',
    async (items) => {
      const { client, storage } = fakeStorage();
      const message = expect.stringContaining('items takes an iterable of { id, sizeBytes }');
      await expect(storage.deleteObjects('p', items as unknown as [])).rejects.toMatchObject({
        kind: 'invalid_options',
        message,
      });
      expect(client.calls).toEqual([]);
    },
  );
});

describe('getObjectLastModified', () => {
  it("is the provider's time", async () => {
    const { client, storage } = fakeStorage();
    client.store({ key: 'p/k', data });
    expect(await storage.getObjectLastModified('k')).toEqual(new Date(1_700_000_000_001));
    await expect(storage.getObjectLastModified('nope')).rejects.toMatchObject({ kind: 'not_found', path: 'nope' });
    client.script('head', async () => ({ version: { etag: 'x' }, sizeBytes: 1 }));
    await expect(storage.getObjectLastModified('k')).rejects.toMatchObject({ kind: 'bad_response' });
  });
});

describe('createStorage', () => {
  it('refuses settings that make no sense, by name', () => {
    const create = () =>
      createStorage(new FakeClient(), { defaults: cloudDefaults, settings: { retries: { maxTries: 0 } } });
    expect(create).toThrow('settings.retries.maxTries takes a whole number from 1');
  });

  it('refuses to be made without defaults, by name', () => {
    const create = () => createStorage(new FakeClient(), {} as unknown as CreateStorageOptions);
    expect(create).toThrow('defaults takes cloudDefaults or localDefaults');
  });

  it('passes on what the client says of itself', async () => {
    const { client, storage } = fakeStorage();
    expect(storage.info).toEqual({ backend: 'fake', fields: { bucket: 'b' } });
    expect(inspect(storage)).toBe("{ backend: 'fake', bucket: 'b' }");
    expect(JSON.stringify(storage)).toBe('{"backend":"fake","bucket":"b"}');
    expect(await storage.canCreateRepository()).toBe('allowed');
    Object.assign(client, { repositoryCreation: 'refused_empty_prefix' });
    expect(await storage.canCreateRepository()).toBe('refused_empty_prefix');
    expect(storage.settings.concurrency.maxConcurrentRequestsForObject).toBe(18);
  });

  it.each(['putObject', 'getObject', 'listObjects', 'deleteObjects'])(
    'ends %s at its next request when it is closed',
    async (name) => {
      const { client, storage } = fakeStorage();
      for (const verb of ['get', 'put', 'page', 'delete'] as const) {
        client.script(verb, async () => {
          await storage.close();
          throw reset();
        });
      }
      const outcome = await ofEach(storage)
        [name]?.()
        .then((result) => (result as { failures?: { error: unknown }[] }).failures?.[0]?.error)
        .catch((err: unknown) => err);
      expect(outcome).toMatchObject({ kind: 'closed' });
      expect(client.calls.length).toBe(1);
    },
  );

  it('is closed once the client is, for everybody who waits', async () => {
    const { client, storage } = fakeStorage();
    let closed = 0;
    const close = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      closed++;
    };
    Object.assign(client, { close });
    void storage.close();
    await storage.close();
    expect(closed).toBe(1);
  });

  it('ends a listing that is under way when it is closed', async () => {
    const { client, storage } = fakeStorage();
    for (const key of ['p/1', 'p/2', 'p/3']) client.store({ key, data });
    const listing = storage.listObjects('')[Symbol.asyncIterator]();
    await listing.next();
    await storage.close();
    await expect(listing.next()).rejects.toMatchObject({ kind: 'closed' });
  });
});
