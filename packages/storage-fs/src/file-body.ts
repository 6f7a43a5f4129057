import type { FileHandle } from 'node:fs/promises';
import { type ByteRange, type ClientBody, StorageError } from '@icechunk/storage-core';
import { explained } from './errors.ts';

/**
 * Bytes of one piece of a stream. V8 lets 64 MiB and more of dead buffers wait for its collector, unless it collects
 * small objects before that: 1 GiB in pieces of 1 MiB grew a process by 90 MiB, in these by 27, and took no longer.
 */
const chunkBytes = 128 * 1024;

/** Bytes of one call that fills a caller's array: what fits a cache; an abort is noticed between two of them. */
const callBytes = 2 * 1024 * 1024;

/**
 * The bytes of an open file, read as they are asked for and from where they lie.
 *
 * Owns the handle: it is closed at the end, at a failure, on {@link FileBody.cancel} and when the signal fires. A file
 * that ends early gives a short body; files of this package are never cut.
 */
export class FileBody implements ClientBody {
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal;
  readonly #release: () => void;
  #position: number;
  readonly #end: number;
  #closing: Promise<void> | undefined;

  /** @param open Holds the body for as long as its file is open. */
  constructor(handle: FileHandle, range: ByteRange, signal: AbortSignal, open: Set<FileBody>) {
    this.#handle = handle;
    this.#position = range.start;
    this.#end = range.end;
    this.#signal = signal;
    const abort = (): void => void this.cancel();
    this.#release = () => {
      signal.removeEventListener('abort', abort);
      open.delete(this);
    };
    signal.addEventListener('abort', abort, { once: true });
    open.add(this);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    try {
      while (this.#position < this.#end) {
        const chunk = unfilled(Math.min(chunkBytes, this.#end - this.#position));
        const bytes = await this.#fill(chunk);
        if (bytes === 0) return;
        yield bytes === chunk.byteLength ? chunk : chunk.subarray(0, bytes);
      }
    } finally {
      await this.cancel();
    }
  }

  async readInto(target: Uint8Array): Promise<number> {
    let filled = 0;
    try {
      const wanted = Math.min(target.byteLength, this.#end - this.#position);
      while (filled < wanted) {
        const bytes = await this.#fill(target.subarray(filled, Math.min(filled + callBytes, wanted)));
        if (bytes === 0) break;
        filled += bytes;
      }
      return filled;
    } finally {
      await this.cancel();
    }
  }

  allocate(sizeBytes: number): Uint8Array<ArrayBuffer> {
    return unfilled(sizeBytes);
  }

  cancel(): Promise<void> {
    if (this.#closing === undefined) {
      this.#release();
      // Nothing was written, so that a failing close loses nothing.
      this.#closing = this.#handle.close().catch(() => {});
    }
    return this.#closing;
  }

  async #fill(target: Uint8Array): Promise<number> {
    this.#signal.throwIfAborted();
    if (this.#closing !== undefined)
      throw new StorageError({ kind: 'closed', message: 'the body or its storage was closed' });
    const { bytesRead } = await explained('read', () =>
      this.#handle.read(target, 0, target.byteLength, this.#position),
    );
    this.#position += bytesRead;
    return bytesRead;
  }
}

// Not zeroed, since the read that follows fills it, and not from Node's pool, since the caller keeps it.
function unfilled(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(sizeBytes).buffer);
}
