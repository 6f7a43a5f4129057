import type { ClientBody } from '@icechunk/storage-core';

/** A body over bytes that are kept: what it hands out is always a copy, since it belongs to the caller. */
export function bodyOf(bytes: Uint8Array): ClientBody {
  return {
    async *[Symbol.asyncIterator]() {
      yield bytes.slice();
    },
    async readInto(target) {
      target.set(bytes.subarray(0, target.byteLength));
      return Math.min(bytes.byteLength, target.byteLength);
    },
    cancel() {},
  };
}
