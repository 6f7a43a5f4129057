import { getEventListeners } from 'node:events';
import { type FileHandle, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStorageError } from '@icechunk/storage-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileBody } from '../src/file-body.ts';
import { tempFolder } from './temp-folder.ts';

const mebibyte = 1024 * 1024;

// No two places of it look alike, so that a piece from the wrong place is seen.
function pattern(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let i = 0; i + 4 <= sizeBytes; i += 4) bytes.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, i);
  return bytes;
}

interface Opened {
  readonly body: FileBody;
  readonly handle: FileHandle;
  readonly open: Set<FileBody>;
  readonly file: string;
  readonly controller: AbortController;
}

async function opened(bytes: Uint8Array, range = { start: 0, end: bytes.byteLength }): Promise<Opened> {
  const file = join(await tempFolder(), 'object');
  await writeFile(file, bytes);
  const handle = await open(file);
  const controller = new AbortController();
  const all = new Set<FileBody>();
  return { body: new FileBody(handle, range, controller.signal, all), handle, open: all, file, controller };
}

async function collect(body: FileBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function isClosed({ handle, open }: Opened): boolean {
  return handle.fd === -1 && open.size === 0;
}

describe('FileBody', () => {
  const bytes = pattern(2 * mebibyte + 77);

  it.each([
    [0, bytes.byteLength],
    [0, 1],
    [bytes.byteLength - 1, bytes.byteLength],
    [mebibyte - 1, mebibyte + 1],
    [5, mebibyte + 5],
    [9, 9],
  ])('carries the bytes from %i to %i, both ways', async (start, end) => {
    const wanted = bytes.subarray(start, end);
    const streamed = await opened(bytes, { start, end });
    expect((await collect(streamed.body)).equals(wanted)).toBe(true);
    expect(isClosed(streamed)).toBe(true);

    const filled = await opened(bytes, { start, end });
    const target = new Uint8Array(end - start);
    expect(await filled.body.readInto(target)).toBe(end - start);
    expect(wanted.equals(target)).toBe(true);
    expect(isClosed(filled)).toBe(true);
  });

  it('carries any range of a small file', async () => {
    const small = pattern(64);
    const file = join(await tempFolder(), 'small');
    await writeFile(file, small);
    const edges = fc.tuple(fc.nat(64), fc.nat(64)).map((pair) => pair.sort((a, b) => a - b) as [number, number]);
    await fc.assert(
      fc.asyncProperty(edges, async ([start, end]) => {
        const body = new FileBody(await open(file), { start, end }, new AbortController().signal, new Set());
        expect(await collect(body)).toEqual(small.subarray(start, end));
      }),
    );
  });

  it('reads straight into the array that it is given, and nowhere else in its buffer', async () => {
    const memory = new Uint8Array(100).fill(7);
    const { body } = await opened(pattern(40));
    expect(await body.readInto(memory.subarray(30, 70))).toBe(40);
    expect(memory.subarray(30, 70)).toEqual(new Uint8Array(pattern(40)));
    expect([...memory.subarray(0, 30), ...memory.subarray(70)].every((byte) => byte === 7)).toBe(true);
  });

  it('fills an array of more than one call', async () => {
    const large = pattern(17 * mebibyte + 3);
    const { body } = await opened(large);
    const target = new Uint8Array(large.byteLength);
    expect(await body.readInto(target)).toBe(large.byteLength);
    expect(large.equals(target)).toBe(true);
  });

  it('gives plain arrays that belong to the caller', async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await opened(bytes)).body) chunks.push(chunk);
    expect(chunks.every((chunk) => Object.getPrototypeOf(chunk) === Uint8Array.prototype)).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.buffer)).size).toBe(chunks.length);
    expect(chunks.length).toBeGreaterThan(2);
  });

  it('ends early where the file does', async () => {
    const streamed = await opened(bytes);
    await truncate(streamed.file, mebibyte + 10);
    expect((await collect(streamed.body)).byteLength).toBe(mebibyte + 10);
    expect(isClosed(streamed)).toBe(true);

    const filled = await opened(bytes);
    await truncate(filled.file, 10);
    expect(await filled.body.readInto(new Uint8Array(bytes.byteLength))).toBe(10);
    expect(isClosed(filled)).toBe(true);
  });

  it('closes its file when the reader leaves, when it is cancelled, and when the signal fires', async () => {
    const left = await opened(bytes);
    for await (const _ of left.body) break;
    expect(isClosed(left)).toBe(true);

    const cancelled = await opened(bytes);
    await Promise.all([cancelled.body.cancel(), cancelled.body.cancel()]);
    await cancelled.body.cancel();
    expect(isClosed(cancelled)).toBe(true);

    const aborted = await opened(bytes);
    aborted.controller.abort();
    expect(isClosed(aborted)).toBe(true);
    for (const { controller } of [left, cancelled, aborted]) {
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    }
  });

  it('stops with the reason of the signal', async () => {
    const { body, controller } = await opened(bytes);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(chunks.next()).rejects.toBe(reason);
  });

  it('says that it was closed, where more is asked for than was read before', async () => {
    const streamed = await opened(bytes);
    const chunks = streamed.body[Symbol.asyncIterator]();
    await chunks.next();
    await streamed.body.cancel();
    await expect(chunks.next()).rejects.toSatisfy((err) => isStorageError(err, 'closed'));
    await expect(streamed.body.readInto(new Uint8Array(9))).rejects.toSatisfy((err) => isStorageError(err, 'closed'));
  });

  it('explains a failing read, and closes its file', async () => {
    const failing = await opened(bytes);
    failing.handle.read = () => Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }));
    await expect(collect(failing.body)).rejects.toSatisfy((err) => isStorageError(err, 'unavailable'));
    expect(isClosed(failing)).toBe(true);
  });
});
