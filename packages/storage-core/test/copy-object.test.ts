import { describe, expect, it } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { failing, fakeStorage, lostAnswer, patterned } from './fake-client.ts';

const data = patterned(9);

function stored(settings = {}) {
  const fake = fakeStorage(settings);
  fake.client.store({ key: 'p/from', data, contentType: 'a/b', metadata: { x: 'y' } });
  return fake;
}

describe('copyObject', () => {
  it("returns the target's version, and keeps content type and metadata", async () => {
    const { client, storage } = stored();
    const result = await storage.copyObject('from', 'deep/to', { version: { etag: '"e1"' } });
    expect(result).toEqual({ kind: 'updated', newVersion: { etag: '"e2"' } });
    expect(client.objects.get('p/deep/to')).toMatchObject({ data, contentType: 'a/b', metadata: { x: 'y' } });
  });

  it('gives the target another content type where one is given, and the class of its own folder', async () => {
    const { client, storage } = stored({ chunksStorageClass: 'COLD' });
    await storage.copyObject('from', 'chunks/to', { contentType: 'c/d' });
    expect(client.objects.get('p/chunks/to')).toMatchObject({ contentType: 'c/d', storageClass: 'COLD' });
  });

  it('calls no copy of whatever is there a conflict, whatever the provider says', async () => {
    const { client, storage } = stored();
    client.script('copy', async () => ({ kind: 'refused' }));
    await expect(storage.copyObject('from', 'to')).rejects.toMatchObject({ kind: 'bad_response', path: 'to' });
  });

  it('changes nothing where the source has another version', async () => {
    const { client, storage } = stored();
    for (const etag of ['"e0"', 'not\nsendable']) {
      expect(await storage.copyObject('from', 'to', { version: { etag } })).toEqual({ kind: 'not_on_latest_version' });
    }
    expect([...client.objects.keys()]).toEqual(['p/from']);
  });

  it('says not_found where the source is missing', async () => {
    const { storage } = fakeStorage();
    await expect(storage.copyObject('from', 'to')).rejects.toMatchObject({
      kind: 'not_found',
      operation: 'copyObject',
      path: 'from',
    });
  });

  it('is simply sent again where its answer was lost', async () => {
    const { client, storage } = stored();
    client.script('copy', lostAnswer, failing());
    expect(await storage.copyObject('from', 'to')).toEqual({
      kind: 'updated',
      newVersion: client.objects.get('p/to')?.version,
    });
    expect(client.count('copy')).toBe(3);
  });

  it('takes an answer without a version for none', async () => {
    const { client, storage } = stored();
    client.script('copy', async () => ({ kind: 'stored', version: {} }));
    await expect(storage.copyObject('from', 'to')).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('drops the version where the settings ask for it, and says so', async () => {
    const { storage, events } = stored({ unsafeUseConditionalUpdate: false });
    expect(await storage.copyObject('from', 'to', { version: { etag: 'old' } })).toMatchObject({ kind: 'updated' });
    expect(events).toEqual([{ kind: 'condition_dropped', condition: 'update' }]);
  });

  it('names the path that is wrong', async () => {
    const { client, storage } = stored();
    const wrong = storage.copyObject('/from', 'to');
    await expect(wrong).rejects.toBeInstanceOf(StorageError);
    await expect(wrong).rejects.toMatchObject({ kind: 'invalid_path', path: '/from' });
    await expect(storage.copyObject('from', 'to/')).rejects.toMatchObject({ kind: 'invalid_path', path: 'to/' });
    expect(client.calls).toEqual([]);
  });
});
