import { describe, expect, it } from 'vitest';
import { checkTreatedAlike, isRefused, type KeyTrace, pathOf, traceKey } from '../../src/conformance/key-trace.ts';
import { rawKeys } from '../../src/key-mapping.ts';
import { FakeClient } from '../fake-client.ts';
import { storageOver } from './storage-over.ts';

const plain = { folder: 'folder', name: 'plain' };

describe('traceKey', () => {
  it('says what each operation did, and leaves nothing behind', async () => {
    const client = new FakeClient();
    const trace = await traceKey(storageOver(client), plain);
    expect(Object.fromEntries(trace)).toEqual({
      put: 'updated',
      get: 'its bytes',
      'conditional get': 'on_latest_version',
      'time of last change': 'object',
      list: 'listed',
      'copy from it': 'updated, then its bytes',
      'copy to it': 'updated, then its bytes',
      delete: '1 deleted',
      'get after the delete': 'not_found',
    });
    expect([...client.objects.keys()]).toEqual([]);
  });

  it('goes on where an operation fails', async () => {
    const trace = await traceKey(storageOver(new FakeClient()), { folder: '', name: 'a//b' });
    expect(trace.size).toBe(9);
    expect(isRefused({ folder: '', name: 'a//b' }, trace)).toBe(true);
  });

  it('shows under which name a listing has the key', async () => {
    const { toPath, ...keys } = rawKeys('p');
    const cut = Object.assign(new FakeClient(), {
      keys: { ...keys, toPath: (key: string) => toPath(key)?.slice(0, -1) },
    });
    const storage = storageOver(cut);
    const [odd, control] = [{ folder: 'f', name: 'odd' }, await traceKey(storageOver(new FakeClient()), plain)];
    const trace = await traceKey(storage, odd);
    expect(trace.get('list')).toBe('listed as ["od"]');
    expect(() => checkTreatedAlike(odd, trace, control)).toThrow('"f/odd": list: saw listed as ["od"]');
  });
});

describe('the judgement', () => {
  const trace = (changes: Record<string, string> = {}): KeyTrace =>
    new Map(Object.entries({ put: 'updated', get: 'its bytes', list: 'listed', ...changes }));
  const refusal = { put: 'invalid_path', get: 'invalid_path', list: 'listed as []' };

  it('is alike where every operation did the same, be it wrong', () => {
    expect(() => checkTreatedAlike(plain, trace(), trace())).not.toThrow();
    expect(() => checkTreatedAlike(plain, trace({ get: 'unknown' }), trace({ get: 'unknown' }))).not.toThrow();
  });

  it('is a failure where one did another thing', () => {
    expect(() => checkTreatedAlike(plain, trace({ get: 'not_found' }), trace())).toThrow(
      '"folder/plain": get: saw not_found; of a key with nothing special: its bytes',
    );
  });

  it('takes no listing that leaves out a plain key for the fault of another', () => {
    const none = trace({ list: 'listed as []' });
    expect(() => checkTreatedAlike(plain, trace({ list: 'listed as ["x"]' }), none)).not.toThrow();
  });

  it('wants a refusal by every operation, and nothing listed', () => {
    expect(isRefused(plain, trace())).toBe(false);
    expect(isRefused(plain, trace(refusal))).toBe(true);
    expect(() => isRefused(plain, trace({ ...refusal, get: 'not_found' }))).toThrow('for get the answer is not_found');
    expect(() => isRefused(plain, trace({ ...refusal, list: 'listed' }))).toThrow('for list the answer is listed');
  });

  it('names a key of the root by its name alone', () => {
    expect(pathOf({ folder: '', name: 'a' })).toBe('a');
    expect(pathOf(plain)).toBe('folder/plain');
  });
});
