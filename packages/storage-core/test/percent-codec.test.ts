import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPath } from '../src/key.ts';
import { decodeSegment, encodeSegment } from '../src/percent-codec.ts';

// What `object_store` names in `src/path/parts.rs`, beside control characters and everything above ASCII.
const namedByObjectStore = '/\\{^}%`]">[~<#|\r\n*?';

describe('encodeSegment', () => {
  it('encodes the control characters and the named ones of ASCII, and no other', () => {
    for (let code = 0; code < 0x80; code++) {
      const character = String.fromCharCode(code);
      const isEncoded = code < 0x20 || code === 0x7f || namedByObjectStore.includes(character);
      const hex = code.toString(16).toUpperCase().padStart(2, '0');
      expect(encodeSegment(`a${character}`)).toBe(isEncoded ? `a%${hex}` : `a${character}`);
    }
  });

  it('encodes every byte of UTF-8 above ASCII, in upper case', () => {
    expect(encodeSegment('é')).toBe('%C3%A9');
    expect(encodeSegment('日本')).toBe('%E6%97%A5%E6%9C%AC');
    expect(encodeSegment('x😀y')).toBe('x%F0%9F%98%80y');
    expect(encodeSegment('\u0080')).toBe('%C2%80');
  });

  it('encodes segments that are dots, and no other dots', () => {
    const segments = ['.', '..', '...', '.a', 'a.', 'ref.json'];
    expect(segments.map(encodeSegment)).toEqual(['%2E', '%2E%2E', '...', '.a', 'a.', 'ref.json']);
  });

  it('does not take a percent sign for an escape', () => {
    expect(encodeSegment('%48%45')).toBe('%2548%2545');
    expect(encodeSegment('a%2Fb')).toBe('a%252Fb');
  });

  it('is, byte for byte, what the bytes of UTF-8 say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (segment) => {
        fc.pre(segment !== '.' && segment !== '..');
        expect(encodeSegment(segment)).toBe(byBytes(segment));
      }),
      { numRuns: 2_000 },
    );
  });
});

function byBytes(segment: string): string {
  return [...new TextEncoder().encode(segment)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const isEncoded = byte < 0x20 || byte >= 0x7f || namedByObjectStore.includes(character);
      return isEncoded ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : character;
    })
    .join('');
}

describe('decodeSegment', () => {
  it('gives back every segment of every path', () => {
    const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter(isSegment);
    fc.assert(
      fc.property(segment, (name) => decodeSegment(encodeSegment(name)) === name),
      { numRuns: 2_000 },
    );
  });

  it('gives back only what is stored under that very name', () => {
    const unit = fc.constantFrom('%', '2', '4', '1', 'e', 'E', 'F', 'f', 'C3', 'A9', 'a', '.', '~', 'é', '\0');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 7 }), (units) => {
        const name = units.join('');
        const segment = decodeSegment(name);
        if (segment !== undefined) expect([encodeSegment(segment), isSegment(segment)]).toEqual([name, true]);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['hex in lower case', '%c3%a9'],
    ['an escape that was not needed', '%41'],
    ['a raw character that is always escaped', 'a~b'],
    ['a raw character above ASCII', 'é'],
    ['a percent sign alone', '100%'],
    ['half an escape', 'a%2'],
    ['an escape that is no hex', '%ZZ'],
    ['a byte that is not UTF-8', '%FF'],
    ['UTF-8 that is cut off', '%E6%97'],
    ['UTF-8 that is longer than need be', '%C0%AF'],
    ['an encoded surrogate', '%ED%A0%80'],
    ['an encoded slash', 'a%2Fb'],
    ['an encoded dot', '%2E'],
    ['two encoded dots', '%2E%2E'],
    ['dots', '..'],
    ['a control character', '%00'],
    ['nothing', ''],
  ])('takes %s for a foreign name', (_, name) => {
    expect(decodeSegment(name)).toBeUndefined();
  });
});

function isSegment(text: string): boolean {
  if (text.includes('/')) return false;
  try {
    checkPath(text);
    return true;
  } catch {
    return false;
  }
}
