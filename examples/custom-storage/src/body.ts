import type { ByteRange, ObjectBody } from '@icechunk/storage-core';
import type { StoredObject } from './record.ts';

/** The bytes of a range of an object that was read whole, to be taken once. */
export function bodyOf(object: StoredObject, range: ByteRange, signal: AbortSignal | undefined): ObjectBody {
  const { bytes, version, writtenMs, contentType, metadata } = object;
  let used = false;
  const take = (): Uint8Array<ArrayBuffer> => {
    if (used) throw new TypeError('a body can be read once');
    used = true;
    signal?.throwIfAborted();
    return bytes.slice(range.start, range.end);
  };
  return {
    version,
    range,
    sizeBytes: bytes.byteLength,
    lastModified: new Date(writtenMs),
    ...(contentType !== undefined && { contentType }),
    metadata,
    bytes: async () => take(),
    stream: () => streamOf(take, signal),
    async cancel() {
      used = true;
    },
  };
}

function streamOf(
  take: () => Uint8Array<ArrayBuffer>,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = take();
  return new ReadableStream(
    {
      pull(controller) {
        if (signal?.aborted) return controller.error(signal.reason);
        if (bytes.byteLength > 0) controller.enqueue(bytes);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
