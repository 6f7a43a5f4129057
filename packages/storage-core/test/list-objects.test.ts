import { describe, expect, it } from 'vitest';
import type { ListPageRequest } from '../src/client.ts';
import type { ListInfo } from '../src/contract.ts';
import { cloudDefaults, createStorage, StorageError } from '../src/index.ts';
import { countedSignal } from './counted-signal.ts';
import { FakeClient, failing, fakeStorage, patterned } from './fake-client.ts';

function stored(...keys: string[]) {
  const fake = fakeStorage();
  for (const key of keys) fake.client.store({ key, data: patterned(key.length) });
  return fake;
}

async function ids(listing: AsyncIterable<ListInfo>): Promise<string[]> {
  const found: string[] = [];
  for await (const { id } of listing) found.push(id);
  return found;
}

describe('listObjects', () => {
  it('gives ids relative to the prefix, sizes and dates, over all pages', async () => {
    const { client, storage } = stored('p/a/1', 'p/a/2', 'p/a/3', 'p/a/4', 'p/a/5');
    const found: ListInfo[] = [];
    for await (const info of storage.listObjects('a')) found.push(info);
    expect(found.map((info) => info.id)).toEqual(['1', '2', '3', '4', '5']);
    expect(found[0]).toEqual({ id: '1', sizeBytes: 5, createdAt: new Date(0) });
    expect(client.count('page')).toBe(3);
  });

  it('takes the prefix by whole segments, with and without its slash', async () => {
    const { storage } = stored('p/foo', 'p/foo/bar', 'p/foobar/x', 'p/foo.bar/x', 'other/foo/x', 'p2/foo/x');
    expect(await ids(storage.listObjects('foo'))).toEqual(['bar']);
    expect(await ids(storage.listObjects('foo/'))).toEqual(['bar']);
    for (const root of ['', '/']) expect((await ids(storage.listObjects(root))).length).toBe(4);
    expect(await ids(storage.listObjects('nothing'))).toEqual([]);
  });

  it('leaves out names that no path can reach, and says so once', async () => {
    const { storage, events } = stored('p/a', 'p/folder/', 'p/x//y', 'p/./z');
    for (let round = 0; round < 2; round++) expect(await ids(storage.listObjects(''))).toEqual(['a']);
    expect(events.map((event) => event.kind === 'name_skipped' && event.key)).toEqual(['p/./z', 'p/folder/', 'p/x//y']);
  });

  it('leaves out what a key mapping of its own gives for a path and is none', async () => {
    const { client, storage } = stored('p/a', 'p/b');
    Object.assign(client, { keys: { ...client.keys, toPath: (key: string) => (key === 'p/a' ? '../a' : 'b') } });
    expect(await ids(storage.listObjects(''))).toEqual(['b']);
  });

  it('asks again for a page that failed, and rejects where it keeps failing', async () => {
    const { client, storage } = stored('p/1', 'p/2', 'p/3');
    client.script('page', failing(), (proceed) => proceed(), failing());
    expect(await ids(storage.listObjects(''))).toEqual(['1', '2', '3']);
    client.script('page', (proceed) => proceed(), failing(), failing(), failing(), failing());
    await expect(ids(storage.listObjects(''))).rejects.toMatchObject({
      kind: 'unavailable',
      operation: 'listObjects',
      attempts: 4,
    });
  });

  it('rejects where a page token repeats', async () => {
    const { client, storage } = stored('p/1', 'p/2', 'p/3', 'p/4', 'p/5');
    const stuck = async (proceed: () => Promise<unknown>) => ({
      ...((await proceed()) as object),
      nextPageToken: 'p/2',
    });
    client.script('page', stuck, stuck);
    await expect(ids(storage.listObjects(''))).rejects.toMatchObject({
      kind: 'bad_response',
      operation: 'listObjects',
    });
  });

  it('sends nothing more once the loop is left', async () => {
    const { client, storage } = stored('p/1', 'p/2', 'p/3');
    for await (const _ of storage.listObjects('')) break;
    expect(client.count('page')).toBe(1);
  });

  it("rejects with the signal's reason within a page, and after the last object", async () => {
    for (const wanted of [1, 3]) {
      const { client, storage } = stored('p/1', 'p/2', 'p/3');
      client.pageSize = 1_000;
      const controller = new AbortController();
      const listing = storage.listObjects('', { signal: controller.signal })[Symbol.asyncIterator]();
      for (let count = 0; count < wanted; count++) await listing.next();
      controller.abort('enough');
      await expect(listing.next()).rejects.toBe('enough');
      expect(await listing.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('leaves out what a provider lists beside the prefix: cut to an id, it would reach another object', async () => {
    const { client, storage, events } = stored();
    const objects = ['p/foo/a', 'p/bar/b', 'p/foo', 'q/foo/c'].map((key) => ({
      key,
      sizeBytes: 1,
      createdAt: new Date(0),
    }));
    client.script('page', async () => ({ objects }));
    expect(await ids(storage.listObjects('foo'))).toEqual(['a']);
    expect(events.map((event) => event.kind === 'name_skipped' && event.key)).toEqual(['p/bar/b', 'p/foo', 'q/foo/c']);
  });

  it("rejects with the signal's reason between two objects", async () => {
    const { storage } = stored('p/1', 'p/2', 'p/3');
    const controller = new AbortController();
    const listing = storage.listObjects('', { signal: controller.signal })[Symbol.asyncIterator]();
    await listing.next();
    await listing.next();
    controller.abort('enough');
    await expect(listing.next()).rejects.toBe('enough');
    expect(await listing.next()).toEqual({ done: true, value: undefined });
  });

  it('refuses a prefix that is no path, before any request', async () => {
    const { client, storage } = stored();
    for (const prefix of ['/a', 'a//', 'a//b', '..', 'a/../b', 'a\0']) {
      await expect(ids(storage.listObjects(prefix))).rejects.toMatchObject({ kind: 'invalid_path' });
    }
    expect(client.calls).toEqual([]);
  });
});

describe('a listing in one stream', () => {
  function streaming(
    objects: (signal: AbortSignal) => AsyncIterable<{ key: string; sizeBytes: number; createdAt: Date }>,
  ) {
    const client = new FakeClient();
    Object.assign(client, {
      listing: { kind: 'stream', objects: (_: string, context: { signal: AbortSignal }) => objects(context.signal) },
    });
    return createStorage(client, { defaults: cloudDefaults });
  }
  const object = (key: string) => ({ key, sizeBytes: 1, createdAt: new Date(0) });

  it('passes its objects and its failures, with their context', async () => {
    const storage = streaming(async function* () {
      yield object('p/a');
      throw new StorageError({ kind: 'unavailable', message: 'gone' });
    });
    const listing = storage.listObjects('')[Symbol.asyncIterator]();
    expect(await listing.next()).toMatchObject({ value: { id: 'a' } });
    await expect(listing.next()).rejects.toMatchObject({
      kind: 'unavailable',
      operation: 'listObjects',
      backend: 'fake',
    });
  });

  it('that cannot begin fails with its context, and leaves no listener', async () => {
    const storage = streaming(() => {
      throw new StorageError({ kind: 'permission_denied', message: 'no' });
    });
    const { signal, listeners } = countedSignal();
    const listing = Array.fromAsync(storage.listObjects('', { signal }));
    await expect(listing).rejects.toMatchObject({ kind: 'permission_denied', operation: 'listObjects' });
    expect(listeners()).toBe(0);
  });

  it('is closed where the loop is left', async () => {
    let closed = false;
    const storage = streaming(async function* () {
      try {
        for (;;) yield object('p/a');
      } finally {
        closed = true;
      }
    });
    for await (const _ of storage.listObjects('')) break;
    expect(closed).toBe(true);
  });

  it('ends by the signal even where the client hangs', async () => {
    const controller = new AbortController();
    const storage = streaming(async function* () {
      yield object('p/a');
      await new Promise(() => {});
    });
    const listing = storage.listObjects('', { signal: controller.signal })[Symbol.asyncIterator]();
    await listing.next();
    const next = listing.next();
    controller.abort('enough');
    await expect(next).rejects.toBe('enough');
  });
});

describe('rootIsClean', () => {
  it('is true where nothing is under the prefix, and asks for one key', async () => {
    const { client, storage } = stored('other/a', 'p2/a');
    expect(await storage.rootIsClean()).toBe(true);
    expect(client.requests<ListPageRequest>('page')).toEqual([{ keyPrefix: 'p/', maxKeys: 1 }]);
  });

  it('is false for any object, also one that no path can reach', async () => {
    expect(await stored('p/a').storage.rootIsClean()).toBe(false);
    expect(await stored('p/folder/').storage.rootIsClean()).toBe(false);
  });
});
