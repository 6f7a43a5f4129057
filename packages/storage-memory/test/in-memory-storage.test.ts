import { describe, expect, it } from 'vitest';
import { InMemoryObjects, inMemoryStorage } from '../src/index.ts';

const create = { condition: { kind: 'create' } } as const;

function patterned(sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31 + (index >> 8) * 17) & 0xff);
}

describe('inMemoryStorage', () => {
  it('lets one of sixteen creators win, and loses none of two hundred increments', async () => {
    const objects = new InMemoryObjects();
    const storages = Array.from({ length: 8 }, () => inMemoryStorage({ objects }));
    const creates = await Promise.all(
      [...storages, ...storages].map((storage) => storage.putObject('n', new Uint8Array([0]), create)),
    );
    expect(creates.filter(({ kind }) => kind === 'updated').length).toBe(1);
    const increment = async (storage: (typeof storages)[number]): Promise<void> => {
      for (let done = 0; done < 25; ) {
        const object = await storage.getObject('n');
        const [count = 0] = await object.bytes();
        const condition = { kind: 'update', version: object.version } as const;
        const { kind } = await storage.putObject('n', new Uint8Array([count + 1]), { condition });
        if (kind === 'updated') done++;
      }
    };
    await Promise.all(storages.map(increment));
    expect(await (await inMemoryStorage({ objects }).getObject('n')).bytes()).toEqual(new Uint8Array([200]));
  });

  it('neither keeps nor gives away memory that it shares with its caller', async () => {
    const storage = inMemoryStorage();
    const data = patterned(100);
    await storage.putObject('k', data.subarray(10, 20));
    data.fill(0);
    const read = await (await storage.getObject('k')).bytes();
    expect(read).toEqual(patterned(100).slice(10, 20));
    read.fill(0);
    for await (const chunk of (await storage.getObject('k')).stream()) chunk.fill(0);
    expect(await (await storage.getObject('k')).bytes()).toEqual(patterned(100).slice(10, 20));
  });

  it('gives away no time, version or metadata that it goes by itself', async () => {
    const storage = inMemoryStorage();
    const put = await storage.putObject('k', patterned(3), { metadata: { name: 'x' } });
    const read = async () => {
      const { version, lastModified, metadata } = await storage.getObject('k');
      const [listed] = await Array.fromAsync(storage.listObjects(''), ({ createdAt }) => createdAt);
      return { version, lastModified, metadata, listed, modified: await storage.getObjectLastModified('k') };
    };
    const [given, before] = [await read(), structuredClone(await read())];
    for (const date of [given.lastModified, given.listed, given.modified]) date?.setTime(0);
    expect(() => Object.assign(given.version, { etag: '"mine"' })).toThrow(TypeError);
    Object.assign(given.metadata ?? {}, { name: 'y' });
    if (put.kind !== 'updated') throw new Error('an unconditional put is never refused');
    expect(() => Object.assign(put.newVersion, { etag: '"mine"' })).toThrow(TypeError);
    expect(await read()).toEqual(before);
  });

  it('keeps content type and metadata, in copies too, and replaces both with the bytes', async () => {
    const storage = inMemoryStorage();
    await storage.putObject('k', patterned(3), { ...create, contentType: 'a/b', metadata: { Name: 'x; "y"' } });
    await storage.copyObject('k', 'kept');
    await storage.copyObject('k', 'given', { contentType: 'c/d' });
    await storage.putObject('k', patterned(4));
    const attributesOf = async (path: string) => {
      const { contentType, metadata } = await storage.getObject(path);
      return { contentType, metadata };
    };
    expect(await attributesOf('kept')).toEqual({ contentType: 'a/b', metadata: { name: 'x; "y"' } });
    expect(await attributesOf('given')).toEqual({ contentType: 'c/d', metadata: { name: 'x; "y"' } });
    expect(await attributesOf('k')).toEqual({ contentType: undefined, metadata: {} });
  });

  it('lists 2,500 objects over its pages, each once, also while they are deleted', async () => {
    const storage = inMemoryStorage();
    const ids = Array.from({ length: 2_500 }, (_, index) => String(index).padStart(4, '0'));
    for (const id of ids) await storage.putObject(`d/${id}`, new Uint8Array(1));
    expect(await Array.fromAsync(storage.listObjects('d'), ({ id }) => id)).toEqual(ids);
    const seen: string[] = [];
    for await (const { id, sizeBytes } of storage.listObjects('d')) {
      seen.push(id);
      await storage.deleteObjects('d', [{ id, sizeBytes }]);
    }
    expect(seen).toEqual(ids);
    expect(await storage.rootIsClean()).toBe(true);
  });

  it('writes large objects in parts, invisible before they are complete, under their condition', async () => {
    const settings = { minimumSizeForMultipartUpload: 1_000, concurrency: { idealConcurrentRequestSize: 300 } };
    const storage = inMemoryStorage({ settings });
    for (const sizeBytes of [999, 1_000, 1_001, 1_234]) {
      expect(await storage.putObject(`k${sizeBytes}`, patterned(sizeBytes), create)).toMatchObject({ kind: 'updated' });
      expect(await (await storage.getObject(`k${sizeBytes}`)).bytes()).toEqual(patterned(sizeBytes));
    }
    expect(await storage.putObject('k1234', patterned(2_000), create)).toEqual({ kind: 'not_on_latest_version' });
    expect((await storage.getObject('k1234')).sizeBytes).toBe(1_234);
  });

  it('refuses options that make no sense, by name', () => {
    expect(() => inMemoryStorage({ settings: { retries: { maxTries: -1 } } })).toThrow('settings.retries.maxTries');
  });
});
