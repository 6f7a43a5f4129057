import { describe, expect, it } from 'vitest';
import type { ListInfo } from '../../src/contract.ts';
import { StorageError } from '../../src/errors.ts';
import { collect, readWhole, refuseBucketRoot } from '../../src/icechunk/answers.ts';
import { ScriptedBody, scriptedStorage } from './scripted-storage.ts';

describe('readWhole', () => {
  it('reads the body to its end', async () => {
    const body = new ScriptedBody({ etag: 'v' }, Uint8Array.of(1, 2));
    expect(await readWhole(body)).toEqual({ data: Uint8Array.of(1, 2), version: { etag: 'v' } });
    expect([body.read, body.cancelled]).toEqual([true, false]);
  });

  it('cancels a body without a version, unread', async () => {
    const body = new ScriptedBody({}, Uint8Array.of(1));
    await expect(readWhole(body)).rejects.toThrow('bad_response');
    expect([body.read, body.cancelled]).toEqual([false, true]);
  });

  it('cancels a body that breaks off', async () => {
    const body = new ScriptedBody({ etag: 'v' }, new StorageError({ kind: 'unavailable', message: 'cut' }));
    await expect(readWhole(body)).rejects.toThrow('cut');
    expect(body.cancelled).toBe(true);
  });
});

describe('collect', () => {
  it('stops the listing at its limit', async () => {
    let given = 0;
    let stopped = false;
    async function* endless(): AsyncGenerator<ListInfo> {
      try {
        for (;;) yield { id: `${given++}`, createdAt: new Date(0), sizeBytes: 1 };
      } finally {
        stopped = true;
      }
    }
    expect(await collect(endless(), 1)).toEqual([{ id: '0', createdAt: new Date(0), sizeBytes: 1 }]);
    expect([given, stopped]).toEqual([1, true]);
  });

  it('rejects where the listing does, and answers no part of it', async () => {
    async function* broken(): AsyncGenerator<ListInfo> {
      yield { id: 'a', createdAt: new Date(0), sizeBytes: 1 };
      throw new StorageError({ kind: 'unavailable', message: 'page 2' });
    }
    await expect(collect(broken())).rejects.toThrow('page 2');
  });
});

describe('refuseBucketRoot', () => {
  it('says what to do instead', async () => {
    await refuseBucketRoot(scriptedStorage({ canCreateRepository: async () => 'allowed' }));
    const root = scriptedStorage({ canCreateRepository: async () => 'refused_empty_prefix' });
    await expect(refuseBucketRoot(root)).rejects.toThrow(/prefix.*unsafeAllowRootCreation/);
  });
});
