import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorageError, type StorageError } from '../src/errors.ts';
import { checkKeyLength, checkPath, checkPrefix } from '../src/key.ts';

function thrownBy(run: () => unknown): StorageError {
  try {
    run();
  } catch (error) {
    if (isStorageError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const goodPaths = [
  'repo',
  'config.yaml',
  'refs/branch.main/ref.json',
  'overwritten/repo.1.1CECHNKREP0F1RSTCMT0',
  'a b+c%20d',
  'é/日本/😀',
  '...',
  'a/.b/b./c..d',
  '\\',
  'x?#&=;:,\'"<>|*',
  '\ue000',
];

const badPaths: [path: string, says: RegExp][] = [
  ['', /must not be empty/],
  ['/', /must not begin with "\/"/],
  ['/a', /must not begin with "\/"/],
  ['a/', /must not end with "\/"/],
  ['a//b', /must not have an empty segment/],
  ['.', /must not have the segment "\."/],
  ['..', /must not have the segment "\.\."/],
  ['a/../b', /must not have the segment "\.\."/],
  ['a/./b', /must not have the segment "\."/],
  ['a/..', /must not have the segment "\.\."/],
  ['a\0b', /must not hold the control character U\+0000/],
  ['a\n', /must not hold the control character U\+000A/],
  ['\x1f', /must not hold the control character U\+001F/],
  ['\x7f', /must not hold the control character U\+007F/],
  ['a\x80', /must not hold the control character U\+0080/],
  ['\x9fa', /must not hold the control character U\+009F/],
  ['\ud800', /well-formed Unicode, and holds the lone surrogate U\+D800/],
  ['a\udc00\ud800b', /well-formed Unicode, and holds the lone surrogate U\+DC00/],
];

describe('checkPath', () => {
  it.each(goodPaths)('passes %j', (path) => {
    expect(() => checkPath(path)).not.toThrow();
  });

  it.each(badPaths)('refuses %j and says why', (path, says) => {
    const error = thrownBy(() => checkPath(path));
    expect(error.kind).toBe('invalid_path');
    expect(error.message).toMatch(says);
    expect(error.path).toBe(path);
  });

  it('names the argument that was wrong', () => {
    expect(thrownBy(() => checkPath('', 'source')).detail).toBe('the source must not be empty');
    expect(thrownBy(() => checkPath('')).detail).toBe('the path must not be empty');
  });

  it('refuses what is no string', () => {
    for (const path of [undefined, null, 7, {}]) {
      const error = thrownBy(() => checkPath(path as unknown as string));
      expect([error.kind, error.detail, error.path]).toEqual(['invalid_path', 'the path must be a string', undefined]);
    }
  });

  it('takes a string exactly where every rule of the contract holds', () => {
    const unit = fc.constantFrom(
      'a',
      'B',
      '-',
      '_',
      '.',
      '..',
      '/',
      '/',
      ' ',
      '\0',
      '\x7f',
      '\x85',
      '\ud83d',
      '\ude00',
      'é',
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        const path = units.join('');
        expect(passes(() => checkPath(path))).toBe(isPathByTheContract(path));
      }),
      { numRuns: 5_000 },
    );
  });
});

// The rules one by one, in the slowest and plainest way.
function isPathByTheContract(path: string): boolean {
  if (path.split('/').some((segment) => ['', '.', '..'].includes(segment))) return false;
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}

function passes(run: () => void): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

describe('checkPrefix', () => {
  it('drops one trailing slash, and takes "" and "/" for the root', () => {
    expect(['', '/', 'a', 'a/', 'a/b/', 'é'].map(checkPrefix)).toEqual(['', '', 'a', 'a', 'a/b', 'é']);
  });

  it.each(['//', '/a', 'a//', 'a//b', '..', '../', 'a/./', '\0', '\ud800/'])('refuses %j', (prefix) => {
    const error = thrownBy(() => checkPrefix(prefix));
    expect(error.kind).toBe('invalid_path');
    expect(error.message).toMatch(/the prefix must/);
    expect(error.path).toBe(prefix);
  });

  it('refuses what is no string', () => {
    expect(thrownBy(() => checkPrefix(undefined as unknown as string)).detail).toBe('the prefix must be a string');
  });
});

describe('checkKeyLength', () => {
  it('counts bytes of UTF-8, not characters', () => {
    const atLimit = ['x'.repeat(1_024), 'é'.repeat(512), '日'.repeat(341), '😀'.repeat(256)];
    for (const key of atLimit) expect(() => checkKeyLength(key, 'p')).not.toThrow();
    for (const key of [`${atLimit[0]}x`, `${atLimit[1]}x`, `${atLimit[2]}xx`, `${atLimit[3]}x`, 'x'.repeat(1e6)]) {
      expect(thrownBy(() => checkKeyLength(key, 'the/path'))).toMatchObject({ kind: 'invalid_path', path: 'the/path' });
    }
  });

  it('agrees with an encoder on every string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 700 }), (key) => {
        expect(passes(() => checkKeyLength(key, 'p'))).toBe(Buffer.byteLength(key) <= 1_024);
      }),
    );
  });
});
