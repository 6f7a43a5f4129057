import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorageError, type StorageError } from '../src/errors.ts';
import {
  type ByteRange,
  checkRange,
  clampRange,
  parseContentRange,
  sliceOfAnswer,
  splitRange,
  splitUpload,
} from '../src/range.ts';

function thrownBy(run: () => unknown): StorageError {
  try {
    run();
  } catch (error) {
    if (isStorageError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function lengths(parts: readonly ByteRange[]): number[] {
  return parts.map(({ start, end }) => end - start);
}

/** The parts lie end to end and cover the range: each byte is in exactly one. */
function expectToCover(parts: readonly ByteRange[], range: ByteRange): void {
  expect(parts[0]?.start).toBe(range.start);
  expect(parts.at(-1)?.end).toBe(range.end);
  for (const [index, part] of parts.slice(1).entries()) expect(part.start).toBe(parts[index]?.end);
}

describe('checkRange', () => {
  it('passes ranges that an object could have, empty ones too', () => {
    const good = [
      [0, 0],
      [0, 1],
      [7, 7],
      [5, Number.MAX_SAFE_INTEGER],
    ] as const;
    for (const [start, end] of good) expect(() => checkRange({ start, end }, 'p')).not.toThrow();
  });

  it.each([
    [{ start: -1, end: 2 }, /range\.start takes a whole number of bytes from 0, not -1/],
    [{ start: 0.5, end: 2 }, /range\.start takes .*, not 0\.5/],
    [{ start: Number.NaN, end: 2 }, /range\.start takes .*, not NaN/],
    [{ start: 0, end: Number.POSITIVE_INFINITY }, /range\.end takes .*, not Infinity/],
    [{ start: 0, end: 2 ** 53 }, /range\.end takes/],
    [{ start: '0', end: 1 } as unknown as ByteRange, /range\.start takes .*, not "0"/],
    [{ start: 0 } as ByteRange, /range\.end takes .*, not undefined/],
    [{ start: '0', end: 2 } as unknown as ByteRange, /range\.start takes/],
    [{ start: 3, end: 2 }, /range\.end \(2\) must not be before range\.start \(3\)/],
    [null as unknown as ByteRange, /range takes \{ start, end \}/],
  ])('refuses %j and names the field', (range, says) => {
    const error = thrownBy(() => checkRange(range, 'chunks/a'));
    expect([error.kind, error.path]).toEqual(['invalid_range', 'chunks/a']);
    expect(error.message).toMatch(says);
  });
});

describe('clampRange', () => {
  it('brings the end down to the size, and leaves ranges inside alone', () => {
    expect(clampRange({ start: 2, end: 9 }, 5)).toEqual({ start: 2, end: 5 });
    expect(clampRange({ start: 2, end: 4 }, 5)).toEqual({ start: 2, end: 4 });
    expect(clampRange({ start: 4, end: 5 }, 5)).toEqual({ start: 4, end: 5 });
  });

  it('refuses a start at the end of the object or after it', () => {
    for (const [start, sizeBytes] of [
      [5, 5],
      [6, 5],
      [0, 0],
    ] as const) {
      expect(thrownBy(() => clampRange({ start, end: 9 }, sizeBytes)).kind).toBe('invalid_range');
    }
  });
});

const anyRange = fc
  .tuple(fc.nat({ max: 2 ** 40 }), fc.nat({ max: 2 ** 40 }))
  .map(([start, length]) => ({ start, end: start + length }));

describe('splitRange', () => {
  it('cuts into as many parts as the ideal size asks for, as equal as can be', () => {
    expect(lengths(splitRange({ start: 0, end: 10 }, 4, 18))).toEqual([4, 3, 3]);
    expect(lengths(splitRange({ start: 0, end: 8 }, 4, 18))).toEqual([4, 4]);
    expect(splitRange({ start: 5, end: 8 }, 4, 18)).toEqual([{ start: 5, end: 8 }]);
    expect(splitRange({ start: 5, end: 5 }, 4, 18)).toEqual([{ start: 5, end: 5 }]);
  });

  it('never makes more parts than allowed', () => {
    expect(lengths(splitRange({ start: 0, end: 100 }, 1, 3))).toEqual([34, 33, 33]);
  });

  it('covers each byte once, with parts that differ by a byte at most', () => {
    fc.assert(
      fc.property(
        anyRange,
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.integer({ min: 1, max: 64 }),
        (range, ideal, max) => {
          const parts = splitRange(range, ideal, max);
          const sizes = lengths(parts);
          expectToCover(parts, range);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          expect(parts.length).toBeLessThanOrEqual(max);
          expect(parts.length === max || Math.max(...sizes) <= ideal).toBe(true);
          expect(parts.length === 1 || (parts.length - 1) * ideal < range.end - range.start).toBe(true);
        },
      ),
    );
  });
});

describe('splitUpload', () => {
  it('makes equal parts, and a last one that may be smaller', () => {
    const limits = { idealPartSizeBytes: 4, minPartSizeBytes: 1, maxParts: 100 };
    expect(lengths(splitUpload(10, limits))).toEqual([4, 4, 2]);
    expect(lengths(splitUpload(8, limits))).toEqual([4, 4]);
    expect(splitUpload(0, limits)).toEqual([{ start: 0, end: 0 }]);
  });

  it('makes parts larger where there would be too many or they would be too small', () => {
    expect(lengths(splitUpload(10, { idealPartSizeBytes: 1, minPartSizeBytes: 1, maxParts: 3 }))).toEqual([4, 4, 2]);
    expect(lengths(splitUpload(10, { idealPartSizeBytes: 1, minPartSizeBytes: 6, maxParts: 9 }))).toEqual([6, 4]);
  });

  it('keeps to every limit for every size', () => {
    const limit = fc.integer({ min: 1, max: 2 ** 20 });
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 30 }),
        limit,
        limit,
        fc.integer({ min: 1, max: 64 }),
        (size, ideal, min, maxParts) => {
          const parts = splitUpload(size, { idealPartSizeBytes: ideal, minPartSizeBytes: min, maxParts });
          const [first = 0, ...others] = lengths(parts);
          const last = others.pop() ?? first;
          expectToCover(parts, { start: 0, end: size });
          expect(parts.length).toBeLessThanOrEqual(maxParts);
          expect(others.every((part) => part === first)).toBe(true);
          expect(last).toBeLessThanOrEqual(first);
          expect(parts.length === 1 || (last > 0 && first >= Math.max(ideal, min))).toBe(true);
          expect(parts.length < maxParts ? first <= Math.max(ideal, min) : true).toBe(true);
        },
      ),
    );
  });
});

describe('sliceOfAnswer', () => {
  it('keeps a body that holds exactly what was asked for', () => {
    expect(sliceOfAnswer({ start: 2, end: 5 }, { start: 2, end: 5 }, 9)).toEqual({ skipBytes: 0, takeBytes: 3 });
  });

  it('cuts the range out of a whole object', () => {
    expect(sliceOfAnswer({ start: 2, end: 5 }, { start: 0, end: 9 }, 9)).toEqual({ skipBytes: 2, takeBytes: 3 });
  });

  it('takes what exists of a range over the end', () => {
    expect(sliceOfAnswer({ start: 2, end: 99 }, { start: 2, end: 9 }, 9)).toEqual({ skipBytes: 0, takeBytes: 7 });
  });

  it.each([
    ['begins late', { start: 3, end: 9 }],
    ['ends early', { start: 2, end: 4 }],
    ['lies elsewhere', { start: 6, end: 9 }],
    ['claims more than the object has', { start: 2, end: 10 }],
    ['is no range', { start: Number.NaN, end: 5 }],
  ])('refuses a body that %s', (_, answered) => {
    expect(thrownBy(() => sliceOfAnswer({ start: 2, end: 5 }, answered, 9)).kind).toBe('bad_response');
  });

  it('refuses a whole object that ends before the range begins', () => {
    expect(thrownBy(() => sliceOfAnswer({ start: 9, end: 12 }, { start: 0, end: 9 }, 9)).kind).toBe('invalid_range');
  });

  it('picks the same bytes as slicing the object, or refuses', () => {
    const small = fc.nat({ max: 12 });
    fc.assert(
      fc.property(small, small, small, small, fc.integer({ min: 1, max: 12 }), (a, b, c, d, size) => {
        const object = Array.from({ length: size }, (_, index) => index);
        const asked = { start: Math.min(a, b), end: Math.max(a, b) + 1 };
        const answered = { start: Math.min(c, d), end: Math.max(c, d) };
        const existing = object.slice(asked.start, asked.end);
        const body = object.slice(answered.start, answered.end);
        const holdsAll = existing.every((byte) => body.includes(byte)) && answered.end <= size;
        if (existing.length > 0 && holdsAll) {
          const { skipBytes, takeBytes } = sliceOfAnswer(asked, answered, size);
          expect(body.slice(skipBytes, skipBytes + takeBytes)).toEqual(existing);
        } else {
          const kind = existing.length === 0 ? 'invalid_range' : 'bad_response';
          expect(thrownBy(() => sliceOfAnswer(asked, answered, size)).kind).toBe(kind);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseContentRange', () => {
  it('reads an inclusive range into a half-open one', () => {
    const expected = { range: { start: 2, end: 5 }, sizeBytes: 9 };
    expect(parseContentRange('bytes 2-4/9')).toEqual(expected);
    expect(parseContentRange(' Bytes 2-4/9 ')).toEqual(expected);
    expect(parseContentRange('bytes 0-0/1')).toEqual({ range: { start: 0, end: 1 }, sizeBytes: 1 });
  });

  it.each([
    'bytes 2-4/*',
    'bytes */9',
    'bytes 4-2/9',
    'bytes 2-9/9',
    'bytes 2-4/99999999999999999999',
    'bytes 2-4',
    'items 2-4/9',
    'bytes -2-4/9',
    'bytes 2-4/9, 5-6/9',
    '',
    undefined,
    null,
  ])('does not read %j', (header) => {
    expect(parseContentRange(header)).toBeUndefined();
  });
});
