import * as engine from '@earthmover/icechunk';
import { describe, expect, it } from 'vitest';
import type { PutObjectOptions } from '../src/contract.ts';
import { StorageError } from '../src/errors.ts';
import { type BridgeEvent, fetchRepositorySettings, toIcechunkCallbacks } from '../src/icechunk.ts';
import type { VersionedUpdateResult } from '../src/version.ts';
import { ScriptedBody, scriptedStorage } from './icechunk/scripted-storage.ts';

const stored: VersionedUpdateResult = { kind: 'updated', newVersion: { etag: 'v1' } };
const lost: VersionedUpdateResult = { kind: 'not_on_latest_version' };
const gone = (path: string) => new StorageError({ kind: 'not_found', message: 'no such object', path });

describe('the engine and its published types', () => {
  // The arguments type-check: the callbacks are what the published types ask for.
  const callbacks: Parameters<typeof engine.Storage.newCustom>[0] = toIcechunkCallbacks(
    scriptedStorage({
      getObject: async (path) => Promise.reject(gone(path)),
      getObjectConditional: async (path) => Promise.reject(gone(path)),
    }),
  );

  it('sees an empty storage as no repository', async () => {
    expect(await engine.Repository.exists(engine.Storage.newCustom(callbacks))).toBe(false);
  });

  it('sees a forbidden storage as a failure, whatever the provider says', async () => {
    const denied = async () => {
      throw new StorageError({ kind: 'permission_denied', message: 'ObjectNotFound', status: 403 });
    };
    const storage = scriptedStorage({ getObject: denied, getObjectConditional: denied });
    const custom = engine.Storage.newCustom(toIcechunkCallbacks(storage));
    await expect(engine.Repository.exists(custom)).rejects.toThrow('permission_denied: ');
  });

  it('takes the engine as it stands to fetch settings, and passes on that there is no repository', async () => {
    const missing = async (path: string) => Promise.reject(gone(path));
    const storage = scriptedStorage({ getObject: missing, getObjectConditional: missing });
    await expect(fetchRepositorySettings(engine, storage)).rejects.toThrow("repository doesn't exist");
  });
});

describe('getObjectRange', () => {
  it('asks for the range in one request, called either way', async () => {
    const asked: unknown[] = [];
    const { getObjectRange } = toIcechunkCallbacks(
      scriptedStorage({
        getObject: async (...args) => {
          asked.push(args);
          return new ScriptedBody({ etag: 'v1', generation: '7' }, Uint8Array.of(5));
        },
      }),
    );
    const answer = { data: Uint8Array.of(5), version: { etag: 'v1', generation: '7' } };
    expect(await getObjectRange(null, { path: 'chunks/A', rangeStart: 2, rangeEnd: 3 })).toEqual(answer);
    expect(await getObjectRange({ path: 'repo', rangeStart: null, rangeEnd: null })).toEqual(answer);
    expect(asked).toEqual([
      ['chunks/A', { splitRange: false, range: { start: 2, end: 3 } }],
      ['repo', { splitRange: false }],
    ]);
  });
});

describe('a read under which the object is replaced', () => {
  const replaced = () => new StorageError({ kind: 'changed_while_reading', message: 'replaced' });
  const path = 'repo';

  /** A storage whose first bodies break off, as many as are asked for. */
  function breaking(times: number) {
    const bodies: ScriptedBody[] = [];
    const next = () => {
      const body = new ScriptedBody(
        { etag: `v${bodies.length}` },
        bodies.length < times ? replaced() : Uint8Array.of(9),
      );
      bodies.push(body);
      return body;
    };
    const storage = scriptedStorage({
      getObject: async () => next(),
      getObjectConditional: async () => ({ kind: 'modified', object: next() }),
    });
    return { bodies, callbacks: toIcechunkCallbacks(storage) };
  }

  it('begins anew, and gives the new bytes with their version', async () => {
    const data = Uint8Array.of(9);
    expect(await breaking(3).callbacks.getObjectRange(null, { path })).toEqual({ data, version: { etag: 'v3' } });
    const modified = { kind: 'modified', data, newVersion: { etag: 'v1' } };
    expect(await breaking(1).callbacks.getObjectConditional(null, { path })).toEqual(modified);
  });

  it('fails where it never ends', async () => {
    const { bodies, callbacks } = breaking(9);
    await expect(callbacks.getObjectRange(null, { path })).rejects.toThrow('changed_while_reading');
    expect(bodies).toHaveLength(4);
  });
});

describe('getObjectConditional', () => {
  it('answers modified with data and version, and on_latest_version with nothing', async () => {
    const asked: unknown[] = [];
    const { getObjectConditional } = toIcechunkCallbacks(
      scriptedStorage({
        getObjectConditional: async (path, version) => {
          asked.push([path, version]);
          if (version) return { kind: 'on_latest_version' };
          return { kind: 'modified', object: new ScriptedBody({ etag: 'v2' }, Uint8Array.of(9)) };
        },
      }),
    );
    const modified = { kind: 'modified', data: Uint8Array.of(9), newVersion: { etag: 'v2' } };
    expect(await getObjectConditional(null, { path: 'repo' })).toEqual(modified);
    expect(await getObjectConditional(null, { path: 'repo', previousVersion: {} })).toEqual(modified);
    const known = { path: 'repo', previousVersion: { etag: 'v2', generation: null } };
    expect(await getObjectConditional(null, known)).toEqual({ kind: 'on_latest_version' });
    expect(asked).toEqual([
      ['repo', undefined],
      ['repo', undefined],
      ['repo', { etag: 'v2' }],
    ]);
  });
});

describe('putObject', () => {
  it('copies shared memory before anything else can write to it', async () => {
    const memory = new Uint8Array(new SharedArrayBuffer(64)).fill(1);
    let written: Uint8Array | undefined;
    const { putObject } = toIcechunkCallbacks(
      scriptedStorage({
        canCreateRepository: async () => 'allowed',
        putObject: async (_path, data) => {
          written = data;
          return stored;
        },
      }),
    );
    const put = putObject(null, { path: 'repo', data: memory.subarray(8, 12), previousVersion: {} });
    memory.fill(2);
    await put;
    expect(written).toEqual(Uint8Array.of(1, 1, 1, 1));
    expect(written?.buffer).toBeInstanceOf(ArrayBuffer);
    expect(written?.buffer.byteLength).toBe(4);
  });

  it('passes on type, metadata and condition, and both outcomes', async () => {
    const asked: (PutObjectOptions | undefined)[] = [];
    const { putObject } = toIcechunkCallbacks(
      scriptedStorage({
        putObject: async (_path, _data, options) => {
          asked.push(options);
          return options?.condition ? lost : stored;
        },
      }),
    );
    const metadata = [{ key: 'icspecver', value: '2' }];
    const put = { path: 'snapshots/A', data: new Uint8Array(), contentType: 'application/octet-stream', metadata };
    expect(await putObject(null, put)).toEqual({ kind: 'updated', newVersion: { etag: 'v1' } });
    expect(await putObject(null, { ...put, previousVersion: { etag: 'v0' } })).toEqual({
      kind: 'not_on_latest_version',
    });
    const attributes = { contentType: 'application/octet-stream', metadata: { icspecver: '2' } };
    expect(asked).toEqual([attributes, { ...attributes, condition: { kind: 'update', version: { etag: 'v0' } } }]);
  });

  it.each([undefined, null, 5, 'text', {}])('writes nothing for what is no bytes: %j', async (data) => {
    const events: BridgeEvent[] = [];
    const { putObject } = toIcechunkCallbacks(scriptedStorage({}), { onEvent: (event) => events.push(event) });
    const put = putObject(null, { path: 'a', data: data as unknown as Uint8Array });
    await expect(put).rejects.toThrow(/^invalid_options: a$/);
    expect(events).toMatchObject([{ kind: 'call_failed', operation: 'putObject', error: { kind: 'invalid_options' } }]);
  });

  it('never answers without a version', async () => {
    const storage = scriptedStorage({ putObject: async () => ({ kind: 'updated', newVersion: {} }) });
    const put = toIcechunkCallbacks(storage).putObject(null, { path: 'a', data: new Uint8Array() });
    await expect(put).rejects.toThrow(/^bad_response: a$/);
  });
});

describe('the root of a bucket', () => {
  const root = scriptedStorage({
    canCreateRepository: async () => 'refused_empty_prefix',
    putObject: async () => stored,
    async *listObjects() {},
  });
  const create = { path: 'repo', data: new Uint8Array(), previousVersion: {} };

  it('is refused to a new repository: at the check of the root, and at the create of repo', async () => {
    const { listObjects, putObject } = toIcechunkCallbacks(root);
    await expect(listObjects(null, '')).rejects.toThrow('unsafeAllowRootCreation');
    await expect(putObject(null, create)).rejects.toThrow('unsafeAllowRootCreation');
  });

  it('is open to a repository that is there', async () => {
    const { listObjects, putObject } = toIcechunkCallbacks(root);
    expect(await listObjects(null, 'chunks')).toEqual([]);
    expect((await putObject(null, { ...create, previousVersion: { etag: 'v0' } })).kind).toBe('updated');
    expect((await putObject(null, { ...create, path: 'chunks/A' })).kind).toBe('updated');
  });

  it('is open where unsafeAllowRootCreation says so', async () => {
    const { listObjects, putObject } = toIcechunkCallbacks(root, { unsafeAllowRootCreation: true });
    expect(await listObjects(null, '')).toEqual([]);
    expect((await putObject(null, create)).kind).toBe('updated');
  });
});

describe('copyObject', () => {
  it('copies under the version that the engine names, and answers the new one', async () => {
    const asked: unknown[] = [];
    const { copyObject } = toIcechunkCallbacks(
      scriptedStorage({
        copyObject: async (...args) => {
          asked.push(args);
          return stored;
        },
      }),
    );
    const copy = { from: 'repo', to: 'overwritten/repo.1.A' };
    expect(await copyObject(null, { ...copy, version: { etag: 'v0' }, contentType: null })).toEqual(stored);
    expect(await copyObject({ ...copy, version: {}, contentType: 'a/b' })).toEqual(stored);
    expect(asked).toEqual([
      ['repo', 'overwritten/repo.1.A', { version: { etag: 'v0' } }],
      ['repo', 'overwritten/repo.1.A', { contentType: 'a/b' }],
    ]);
  });
});

describe('listObjects', () => {
  const entry = (id: string) => ({ id, createdAt: new Date(5), sizeBytes: 3 });

  it('answers one array, and one entry for the question whether the root is clean', async () => {
    const { listObjects } = toIcechunkCallbacks(
      scriptedStorage({
        canCreateRepository: async () => 'allowed',
        async *listObjects() {
          yield entry('a');
          yield entry('b');
        },
      }),
    );
    expect(await listObjects(null, 'chunks')).toEqual([entry('a'), entry('b')]);
    expect(await listObjects('chunks')).toEqual([entry('a'), entry('b')]);
    expect(await listObjects(null, '')).toEqual([entry('a')]);
    expect(await listObjects('')).toEqual([entry('a')]);
  });

  it('never takes a listing that fails for a clean root', async () => {
    const { listObjects } = toIcechunkCallbacks(
      scriptedStorage({
        canCreateRepository: async () => 'allowed',
        async *listObjects() {
          yield* [];
          throw gone('');
        },
      }),
    );
    await expect(listObjects(null, '')).rejects.toThrow(/^not_found$/);
  });
});

describe('deleteBatch', () => {
  it('counts what is gone, and tells the listener what may not be', async () => {
    const events: BridgeEvent[] = [];
    const failures = [{ id: 'b', error: new Error('locked') }];
    const asked: unknown[] = [];
    const { deleteBatch } = toIcechunkCallbacks(
      scriptedStorage({
        deleteObjects: async (prefix, items) => {
          asked.push(prefix, [...(items as Iterable<unknown>)]);
          return { deletedObjects: 1, deletedBytes: 10, failures };
        },
      }),
      { onEvent: (event) => events.push(event) },
    );
    const batch = [
      { id: 'a', size: 10 },
      { id: 'b', size: 20 },
    ];
    expect(await deleteBatch(null, { prefix: 'chunks', batch })).toEqual({ deletedObjects: 1, deletedBytes: 10 });
    expect(events).toEqual([{ kind: 'delete_failed', prefix: 'chunks', failures }]);
    const items = [
      { id: 'a', sizeBytes: 10 },
      { id: 'b', sizeBytes: 20 },
    ];
    expect(asked).toEqual(['chunks', items]);
  });

  it('tells the listener of a batch that failed whole, which the engine passes over', async () => {
    const events: BridgeEvent[] = [];
    const error = new StorageError({ kind: 'read_only', message: 'no' });
    const { deleteBatch } = toIcechunkCallbacks(scriptedStorage({ deleteObjects: () => Promise.reject(error) }), {
      onEvent: (event) => events.push(event),
    });
    await expect(deleteBatch(null, { prefix: 'chunks', batch: [] })).rejects.toThrow(/^read_only: chunks$/);
    expect(events).toEqual([{ kind: 'call_failed', operation: 'deleteBatch', path: 'chunks', error }]);
  });
});

describe('canWrite and getObjectLastModified', () => {
  it('pass on what the storage says', async () => {
    const callbacks = toIcechunkCallbacks(
      scriptedStorage({
        canWrite: async () => false,
        getObjectLastModified: async (path) => (path === 'a' ? new Date(7) : Promise.reject(gone(path))),
      }),
    );
    expect(await callbacks.canWrite()).toBe(false);
    expect(await callbacks.getObjectLastModified(null, 'a')).toEqual(new Date(7));
    await expect(callbacks.getObjectLastModified('b')).rejects.toThrow('ObjectNotFound: b');
  });
});
