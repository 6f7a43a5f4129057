import { describe, expect, it } from 'vitest';
import type { PutRequest } from '../src/client.ts';
import { StorageError } from '../src/errors.ts';
import { WRITE_ID } from '../src/readback.ts';
import { withPrefix } from '../src/with-prefix.ts';
import { failing, fakeStorage, hanging, lostAnswer, patterned } from './fake-client.ts';

const data = patterned(10);
const create = { condition: { kind: 'create' } } as const;

describe('putObject', () => {
  it('stamps one id on all attempts of a conditional put, and none on an unconditional one', async () => {
    const { client, storage } = fakeStorage();
    client.script('put', failing(), failing());
    await storage.putObject('k', data, create);
    await storage.putObject('other', data);
    const ids = client.requests<PutRequest>('put').map((request) => request.metadata?.[WRITE_ID]);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids).toEqual([ids[0], ids[0], ids[0], undefined]);
  });

  it('finds a create whose answer was lost, and returns the version that passes the next update', async () => {
    const { client, storage, events } = fakeStorage();
    client.script('put', lostAnswer);
    const result = await storage.putObject('k', data, create);
    if (result.kind !== 'updated') throw new Error('a landed write was called a conflict');
    expect(client.count('head')).toBe(1);
    expect(events.map((event) => event.kind)).toEqual(['retry', 'write_recovered']);
    const condition = { kind: 'update', version: result.newVersion } as const;
    expect(await storage.putObject('k', data, { condition })).toMatchObject({ kind: 'updated' });
  });

  it('finds an update whose answer was lost', async () => {
    const { client, storage } = fakeStorage();
    const first = await storage.putObject('k', data, create);
    if (first.kind !== 'updated') throw new Error('refused');
    client.script('put', lostAnswer);
    const condition = { kind: 'update', version: first.newVersion } as const;
    const second = await storage.putObject('k', patterned(20), { condition });
    expect(second).toEqual({ kind: 'updated', newVersion: client.objects.get('p/k')?.version });
    expect(client.objects.get('p/k')?.data).toEqual(patterned(20));
  });

  it('finds a write whose last attempt lost its answer', async () => {
    const { client, storage } = fakeStorage({ retries: { maxTries: 1 } });
    client.script('put', lostAnswer);
    expect(await storage.putObject('k', data, create)).toEqual({
      kind: 'updated',
      newVersion: client.objects.get('p/k')?.version,
    });
  });

  it('takes no write for done that the provider kept a part of', async () => {
    const { client, storage } = fakeStorage({ retries: { maxTries: 1 } });
    client.script('put', async (_proceed, _context, request) => {
      const { key, metadata = {} } = request as PutRequest;
      client.store({ key, data: data.subarray(0, 9), metadata });
      throw new StorageError({ kind: 'bad_response', message: 'the object has another size' });
    });
    await expect(storage.putObject('k', data, create)).rejects.toMatchObject({
      kind: 'bad_response',
      message: expect.stringContaining('landed with 9 of its 10 bytes'),
    });
    // Sent again, it is refused by what it wrote: that is no conflict either.
    client.script('put', async (_proceed, _context, request) => {
      const { key, metadata = {} } = request as PutRequest;
      client.store({ key, data: data.subarray(0, 9), metadata });
      return { kind: 'refused' };
    });
    await expect(storage.putObject('other', data, create)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('calls no put without a condition a conflict, whatever the provider says', async () => {
    const { client, storage } = fakeStorage();
    client.script('put', async () => ({ kind: 'refused' }));
    await expect(storage.putObject('k', data)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it("calls it a conflict where the object carries another writer's id, also after a first attempt", async () => {
    const { client, storage } = fakeStorage();
    client.store({ key: 'p/k', data, metadata: { [WRITE_ID]: 'somebody else' } });
    expect(await storage.putObject('k', patterned(20), create)).toEqual({ kind: 'not_on_latest_version' });
    expect(client.objects.get('p/k')?.data).toEqual(data);
    client.script('put', failing());
    expect(await storage.putObject('k', patterned(20), create)).toEqual({ kind: 'not_on_latest_version' });
  });

  it('calls it a conflict where the refused object is gone when it is read back', async () => {
    const { client, storage } = fakeStorage();
    const condition = { kind: 'update', version: { etag: '"gone"' } } as const;
    expect(await storage.putObject('k', data, { condition })).toEqual({ kind: 'not_on_latest_version' });
    expect(client.objects.size).toBe(0);
  });

  it('says that the outcome is unknown where an update was lost and the object is gone when it is read back', async () => {
    const { client, storage } = fakeStorage();
    const first = await storage.putObject('k', data, create);
    if (first.kind !== 'updated') throw new Error('refused');
    client.script('put', lostAnswer, async (proceed) => {
      client.objects.delete('p/k');
      return await proceed();
    });
    const condition = { kind: 'update', version: first.newVersion } as const;
    await expect(storage.putObject('k', patterned(20), { condition })).rejects.toMatchObject({
      kind: 'outcome_unknown',
      path: 'k',
      operation: 'putObject',
    });
  });

  it('never makes up a conflict where the read-back fails', async () => {
    const { client, storage } = fakeStorage();
    client.script('put', lostAnswer);
    client.script('head', failing(new StorageError({ kind: 'permission_denied', message: 'no' })));
    await expect(storage.putObject('k', data, create)).rejects.toMatchObject({ kind: 'permission_denied', path: 'k' });
    expect(client.count('head')).toBe(1);
  });

  it('reads back again where the connection breaks on which the put was refused', async () => {
    const { client, storage } = fakeStorage({ retries: { initialBackoffMs: 1 } });
    client.script('put', lostAnswer);
    client.script('head', failing(), failing());
    expect(await storage.putObject('k', data, create)).toEqual({
      kind: 'updated',
      newVersion: client.objects.get('p/k')?.version,
    });
    expect(client.count('head')).toBe(3);
  });

  it("ends with the put's own error where nothing landed", async () => {
    const { client, storage } = fakeStorage({ retries: { maxTries: 2 } });
    client.script('put', failing(), failing());
    await expect(storage.putObject('k', data, create)).rejects.toMatchObject({ kind: 'unavailable', attempts: 2 });
    expect(client.count('head')).toBe(1);
  });

  it('says that the outcome is unknown where the store keeps no metadata', async () => {
    const { client, storage } = fakeStorage();
    client.capabilities = { ...client.capabilities, userMetadata: false };
    client.script('put', lostAnswer);
    await expect(storage.putObject('k', data, create)).rejects.toMatchObject({ kind: 'outcome_unknown', path: 'k' });
    expect(await storage.putObject('k', data, create)).toEqual({ kind: 'not_on_latest_version' });
  });

  it('says that the outcome is unknown where the store drops the metadata that it was given', async () => {
    const { client, storage } = fakeStorage();
    client.script('put', async (_, __, request) => {
      client.store({ ...(request as PutRequest), metadata: {} });
      throw new StorageError({ kind: 'timeout', message: 'no answer' });
    });
    const expected = { kind: 'outcome_unknown', path: 'k', operation: 'putObject', backend: 'fake' };
    await expect(storage.putObject('k', data, create)).rejects.toMatchObject(expected);
  });

  it('takes an answer without a version for none', async () => {
    const { client, storage } = fakeStorage();
    client.script('put', async () => ({ kind: 'stored', version: {} }));
    await expect(storage.putObject('k', data)).rejects.toMatchObject({ kind: 'bad_response' });
    client.script('put', async (proceed) => {
      await proceed();
      return { kind: 'stored', version: {} };
    });
    expect(await storage.putObject('k', data, create)).toEqual({
      kind: 'updated',
      newVersion: client.objects.get('p/k')?.version,
    });
  });

  it('refuses a condition that the backend would ignore, before any request', async () => {
    const { client, storage } = fakeStorage();
    client.capabilities = { ...client.capabilities, conditionalCreate: false, conditionalUpdate: false };
    const condition = { kind: 'update', version: { etag: 'e' } } as const;
    await expect(storage.putObject('k', data, create)).rejects.toMatchObject({ kind: 'unsupported', path: 'k' });
    await expect(storage.putObject('k', data, { condition })).rejects.toMatchObject({ kind: 'unsupported' });
    expect(client.calls).toEqual([]);
  });

  it('drops a condition where the settings ask for it, and says so once', async () => {
    const { client, storage, events } = fakeStorage({
      unsafeUseConditionalCreate: false,
      unsafeUseConditionalUpdate: false,
    });
    const condition = { kind: 'update', version: { etag: 'another' } } as const;
    for (const path of ['a', 'a']) await storage.putObject(path, data, create);
    expect(await storage.putObject('a', data, { condition })).toMatchObject({ kind: 'updated' });
    expect(client.requests<PutRequest>('put').map((request) => request.condition)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(events).toEqual([
      { kind: 'condition_dropped', condition: 'create' },
      { kind: 'condition_dropped', condition: 'update' },
    ]);
  });

  it('writes no metadata and no content type where the settings forbid them', async () => {
    const { client, storage } = fakeStorage({ unsafeUseMetadata: false });
    await storage.putObject('k', data, { ...create, contentType: 'a/b', metadata: { x: 'y' } });
    const [request] = client.requests<PutRequest>('put');
    expect(request).not.toHaveProperty('metadata');
    expect(request).not.toHaveProperty('contentType');
    expect(request?.condition).toEqual({ kind: 'create' });
  });

  it('answers a version that nobody handed out with a conflict, and sends nothing', async () => {
    const { client, storage } = fakeStorage();
    const condition = { kind: 'update', version: { etag: 'a\r\nx-evil: 1' } } as const;
    expect(await storage.putObject('k', data, { condition })).toEqual({ kind: 'not_on_latest_version' });
    expect(client.calls).toEqual([]);
  });

  it("rejects with the signal's reason and reads nothing back", async () => {
    const { client, storage } = fakeStorage();
    const controller = new AbortController();
    client.script('put', (proceed, context, request) => {
      controller.abort('enough');
      return hanging(proceed, context, request);
    });
    await expect(storage.putObject('k', data, { ...create, signal: controller.signal })).rejects.toBe('enough');
    expect(client.calls.map((call) => call.verb)).toEqual(['put']);
  });

  it('stores in the same classes below a prefix', async () => {
    const { client, storage } = fakeStorage({ storageClass: 'BASE', chunksStorageClass: 'COLD' });
    const repository = withPrefix(storage, 'some/repository');
    for (const path of ['chunks/c', 'repo']) await repository.putObject(path, data);
    expect(client.requests<PutRequest>('put').map((request) => request.storageClass)).toEqual(['COLD', 'BASE']);
  });

  it.each([
    ['chunks/c', 'COLD'],
    ['manifests/m', 'META'],
    ['snapshots/s', 'META'],
    ['transactions/t', 'META'],
    ['repo', 'BASE'],
    ['config.yaml', 'BASE'],
    ['refs/branch.main/ref.json', 'BASE'],
    ['overwritten/repo.1', 'BASE'],
  ])('stores %s in the class %s', async (path, storageClass) => {
    const { client, storage } = fakeStorage({
      storageClass: 'BASE',
      metadataStorageClass: 'META',
      chunksStorageClass: 'COLD',
    });
    await storage.putObject(path, data);
    expect(client.requests<PutRequest>('put')[0]?.storageClass).toBe(storageClass);
  });
});
