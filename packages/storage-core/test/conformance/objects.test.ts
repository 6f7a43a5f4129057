import { describe, expect, it } from 'vitest';
import {
  checkAbsent,
  checkHolds,
  listed,
  read,
  readStream,
  refused,
  remove,
  show,
  updated,
  write,
} from '../../src/conformance/objects.ts';
import { FakeClient } from '../fake-client.ts';
import { storageOver } from './storage-over.ts';

const bytes = new Uint8Array([1, 2, 3]);

describe('the words of cases', () => {
  it('write and read an object, with what its answer said', async () => {
    const storage = storageOver(new FakeClient());
    const version = await write(storage, 'a', bytes, { contentType: 'text/plain', metadata: { who: 'me' } });
    const seen = await read(storage, 'a', { range: { start: 1, end: 9 } });
    expect(seen).toEqual({
      bytes: new Uint8Array([2, 3]),
      version,
      sizeBytes: 3,
      range: { start: 1, end: 3 },
      contentType: 'text/plain',
      metadata: { who: 'me' },
    });
  });

  it('fail where a write was refused that should land, and the other way round', () => {
    const landed = { kind: 'updated', newVersion: { etag: '"1"' } } as const;
    expect(updated(landed, 'the put')).toEqual({ etag: '"1"' });
    expect(() => updated({ kind: 'not_on_latest_version' }, 'the put')).toThrow(
      'the put: expected updated, saw not_on_latest_version',
    );
    expect(() => refused({ kind: 'not_on_latest_version' }, 'the put')).not.toThrow();
    expect(() => refused(landed, 'the put')).toThrow('the put: expected "not_on_latest_version", saw "updated"');
  });

  it('fail where an object holds other bytes or has another version', async () => {
    const storage = storageOver(new FakeClient());
    const version = await write(storage, 'a', bytes);
    await checkHolds(storage, 'a', bytes, 'the object', version);
    await expect(checkHolds(storage, 'a', new Uint8Array([1, 2]), 'the object')).rejects.toThrow('expected 2 bytes');
    await expect(checkHolds(storage, 'a', bytes, 'the object', { etag: '"other"' })).rejects.toThrow(
      `expected the version {"etag":"\\"other\\""}, saw ${show(version)}`,
    );
  });

  it('fail where an object is that should be gone', async () => {
    const storage = storageOver(new FakeClient());
    await write(storage, 'a', bytes);
    await expect(checkAbsent(storage, 'a', 'a get')).rejects.toThrow('a get: expected a rejection');
    await remove(storage, 'a');
    await checkAbsent(storage, 'a', 'a get');
  });

  it('fail where a delete says that it failed', async () => {
    const storage = storageOver(new FakeClient());
    await expect(remove(storage, 'a//b')).rejects.toThrow('the failures of a delete of "a//b"');
  });

  it('list ids in the order of the listing', async () => {
    const storage = storageOver(new FakeClient());
    for (const path of ['f/b', 'f/a', 'g']) await write(storage, path, bytes);
    expect(await listed(storage, 'f')).toEqual(['a', 'b']);
  });

  it('join the chunks of a stream', async () => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of [[1], [], [2, 3]]) controller.enqueue(new Uint8Array(chunk));
        controller.close();
      },
    });
    expect(await readStream(stream)).toEqual(bytes);
  });
});
