import { beforeEach, describe, expect, it } from 'vitest';
import { webStorage } from '../src/web-storage.ts';
import { MapArea } from './map-area.ts';

const every = Uint8Array.from({ length: 512 }, (_, index) => index % 256);

describe("on Node's sessionStorage", () => {
  beforeEach(() => sessionStorage.clear());

  it('keeps bytes, attributes and versions', async () => {
    const storage = webStorage(sessionStorage, { prefix: 'rain' });
    const options = { contentType: 'text/plain', metadata: { Unit: 'mm' } };
    const put = await storage.putObject('a/b', every, { ...options, condition: { kind: 'create' } });
    const object = await webStorage(sessionStorage, { prefix: 'rain' }).getObject('a/b', {
      range: { start: 250, end: 260 },
    });
    expect(await object.bytes()).toEqual(every.slice(250, 260));
    expect(object).toMatchObject({ sizeBytes: 512, contentType: 'text/plain', metadata: { unit: 'mm' } });
    expect(put).toEqual({ kind: 'updated', newVersion: object.version });
  });

  it('says when the area is full, and keeps what was there', async () => {
    const storage = webStorage(sessionStorage, { prefix: 'rain' });
    await storage.putObject('a', every);
    const tooLarge = storage.putObject('a', new Uint8Array(11 * 1024 * 1024));
    await expect(tooLarge).rejects.toMatchObject({ kind: 'unavailable', retry: 'no', path: 'a' });
    expect(await (await storage.getObject('a')).bytes()).toEqual(every);
  });
});

it('leaves alone what is not under its prefix', async () => {
  const area = new MapArea();
  for (const key of ['other', 'rainy/a', 'rain']) area.setItem(key, 'not an object');
  const storage = webStorage(area, { prefix: 'rain' });
  expect(await storage.rootIsClean()).toBe(true);
  expect(await storage.deleteObjects('', [{ id: 'y/a', sizeBytes: 0 }])).toMatchObject({ failures: [] });
  expect(area.length).toBe(3);
});

it('frees the lock of a write that failed', async () => {
  const storage = webStorage(new MapArea(), { prefix: 'rain' });
  await expect(storage.copyObject('missing', 'a')).rejects.toMatchObject({ kind: 'not_found', path: 'missing' });
  expect(await storage.putObject('a', every)).toMatchObject({ kind: 'updated' });
});

it('waits for another tab that is writing', async () => {
  const area = new MapArea();
  const other = Promise.withResolvers<void>();
  const held = navigator.locks.request('icechunk waits', () => other.promise);
  const put = webStorage(area, { prefix: 'waits' }).putObject('a', every);
  const { pending } = await navigator.locks.query();
  expect(pending?.map(({ name }) => name)).toEqual(['icechunk waits']);
  expect(area.length).toBe(0);
  other.resolve();
  await held;
  expect(await put).toMatchObject({ kind: 'updated' });
  expect(area.length).toBe(1);
});
