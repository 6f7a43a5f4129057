/** Bytes of an object, half-open: `end - start` bytes from `start` on. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
