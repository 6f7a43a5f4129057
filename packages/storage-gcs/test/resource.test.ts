import { describe, expect, it } from 'vitest';
import { bytesIn, headOf, lowerCased, timeIn } from '../src/resource.ts';

describe('what JSON says as text', () => {
  it.each([
    ['0', 0],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', undefined],
    ['', undefined],
    ['-1', undefined],
    ['1e3', undefined],
    [5, undefined],
    [undefined, undefined],
  ])('%j is %j bytes', (text, bytes) => {
    expect(bytesIn(text)).toBe(bytes);
  });

  it('is a time, or none', () => {
    expect(timeIn('2026-11-03T10:00:00.123Z')).toEqual(new Date(1_793_700_000_123));
    for (const text of [undefined, '', 'soon']) expect(timeIn(text)).toBeUndefined();
  });

  it('names metadata in lower case', () => {
    expect(lowerCased({ Some: 'V', other: 'w' })).toEqual({ some: 'V', other: 'w' });
  });

  it('is no object without a size', () => {
    expect(() => headOf({ generation: '7' }, 200)).toThrow(expect.objectContaining({ kind: 'bad_response' }));
  });
});
