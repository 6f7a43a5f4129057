import * as engine from '@earthmover/icechunk';
import { describe, expect, it } from 'vitest';
import { toZarritaStore } from '../../src/icechunk/zarrita-store.ts';

describe('toZarritaStore', () => {
  it('stores an array that came from the store and was changed, as zarrita writes a part of a chunk', async () => {
    const repository = await engine.Repository.create(await engine.Storage.newInMemory());
    const store = toZarritaStore((await repository.writableSession('main')).store);
    const array = { zarr_format: 3, node_type: 'array', shape: [4], data_type: 'uint8', fill_value: 0, attributes: {} };
    const layout = {
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [4] } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      codecs: [{ name: 'bytes' }],
    };
    await store.set('/a/zarr.json', new TextEncoder().encode(JSON.stringify({ ...array, ...layout })));
    await store.set('/a/c/0', Uint8Array.of(1, 2, 3, 4));
    const chunk = (await store.get('/a/c/0')) ?? new Uint8Array();
    chunk[0] = 9;
    await store.set('/a/c/0', chunk);
    expect(await store.get('/a/c/0')).toEqual(Uint8Array.of(9, 2, 3, 4));
    expect(await store.getRange('/a/c/0', { offset: 1, length: 2 })).toEqual(Uint8Array.of(2, 3));
    expect(await store.getRange('/a/c/0', { suffixLength: 1 })).toEqual(Uint8Array.of(4));
    expect(await store.get('/b/zarr.json')).toBeUndefined();
  });
});
