import { describe, expect, it } from 'vitest';
import { commonRange, generationBytes, generationOf } from '../../src/conformance/generations.ts';
import type { SeenObject } from '../../src/conformance/objects.ts';

function seen(bytes: Uint8Array<ArrayBuffer>, sizeBytes = bytes.byteLength, start = 0): SeenObject {
  return { bytes, sizeBytes, range: { start, end: start + bytes.byteLength }, version: { etag: '"1"' } };
}

describe('generations', () => {
  it('are told by their bytes, whole or in part', () => {
    for (const generation of [0, 1, 7, 255, 256, 1_000]) {
      const bytes = generationBytes(generation);
      expect(generationOf(seen(bytes))).toBe(generation);
      expect(generationOf(seen(bytes.slice(0, commonRange.end), bytes.byteLength))).toBe(generation);
    }
  });

  it('have other bytes everywhere and another size than the one before', () => {
    const [one, two] = [generationBytes(1), generationBytes(2)];
    expect(two.byteLength).toBeGreaterThan(one.byteLength);
    for (let at = 1; at < one.byteLength; at += 4) expect(one[at]).not.toBe(two[at]);
  });

  it('do not pass when mixed, at whatever place', () => {
    for (const at of [4, 3_000, commonRange.end - 4]) {
      const mixed = generationBytes(3);
      mixed.set(generationBytes(4).subarray(at, at + 4), at);
      expect(() => generationOf(seen(mixed))).toThrow(`byte 0 is of state 3, and what is at ${at} is of state 4`);
    }
  });

  it('do not pass when shifted, cut, lengthened or with the size of another', () => {
    const bytes = generationBytes(3);
    expect(() => generationOf(seen(bytes.slice(4)))).toThrow('the size of the object in state 3');
    const shifted = new Uint8Array(bytes.byteLength);
    shifted.set(bytes.subarray(0, 4));
    shifted.set(bytes.subarray(0, -4), 4);
    expect(() => generationOf(seen(shifted))).toThrow('what is at 4 is of state 3, byte 0');
    expect(() => generationOf(seen(bytes, bytes.byteLength + 4))).toThrow('the size of the object');
    const short = { ...seen(bytes), bytes: bytes.slice(0, 100) };
    expect(() => generationOf(short)).toThrow('the bytes of a body');
    expect(() => generationOf(seen(new Uint8Array()))).toThrow('saw 0 bytes');
  });
});
