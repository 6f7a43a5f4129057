import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorageError, type StorageError } from '../src/errors.ts';
import { checkPath } from '../src/key.ts';
import { objectStoreKeys, rawKeys } from '../src/key-mapping.ts';

const mappings = { rawKeys, objectStoreKeys };
const prefixes = ['', 'p', 'p/', '/p', 'p//', 'a//b', 'é ~', 'repo/%2F'];
const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 });
const path = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/'))
  .filter(isPath);

function isPath(text: string): boolean {
  try {
    checkPath(text);
    return true;
  } catch {
    return false;
  }
}

describe('rawKeys', () => {
  it.each([
    [undefined, 'refs/é b'],
    ['', 'refs/é b'],
    ['/', 'refs/é b'],
    ['p', 'p/refs/é b'],
    ['p/', 'p/refs/é b'],
    ['p//', 'p//refs/é b'],
    ['/p', '/p/refs/é b'],
    ['//', '//refs/é b'],
    ['a//b~', 'a//b~/refs/é b'],
  ])('joins the prefix %j byte for byte', (prefix, key) => {
    expect(rawKeys(prefix).toKey('refs/é b')).toBe(key);
  });

  it('takes what no path can name for foreign', () => {
    const keys = rawKeys('p');
    const foreign = ['p/a//b', 'p/', 'p//a', 'p/a/', 'p/../q', 'p/a\0', 'p', 'pa', 'q/a', ''];
    expect(foreign.map((key) => keys.toPath(key))).toEqual(foreign.map(() => undefined));
  });
});

describe('objectStoreKeys', () => {
  it.each([
    [undefined, 'refs/%C3%A9 b'],
    ['', 'refs/%C3%A9 b'],
    ['/', 'refs/%C3%A9 b'],
    ['/p//q/', 'p/q/refs/%C3%A9 b'],
    ['p~/%', 'p%7E/%25/refs/%C3%A9 b'],
  ])('drops empty segments of the prefix %j and encodes the others', (prefix, key) => {
    expect(objectStoreKeys(prefix).toKey('refs/é b')).toBe(key);
  });

  it('takes what decodes to the path of another key, or of none, for foreign', () => {
    const keys = objectStoreKeys('p');
    const foreign = [
      'p/a%2Fb',
      'p/%2E',
      'p/a/%2E%2E/b',
      'p/%c3%a9',
      'p/é',
      'p/~',
      'p/a//b',
      'p/',
      'p/%00',
      'pa/b',
      'p',
    ];
    expect(foreign.map((key) => keys.toPath(key))).toEqual(foreign.map(() => undefined));
  });
});

describe.each(Object.entries(mappings))('every mapping of %s', (_, mapping) => {
  it.each(prefixes)('finds the path of each key again, under the prefix %j', (prefix) => {
    const keys = mapping(prefix);
    fc.assert(fc.property(path, (each) => keys.toPath(keys.toKey(each)) === each));
  });

  it('never lists a key under a path that leads to another key', () => {
    const unit = fc.constantFrom('p', '/', '%', '2E', '2F', '2f', '.', 'C3%A9', 'é', '~', '\0', 'a');
    const keys = mapping('p');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 7 }), (units) => {
        const key = `p/${units.join('')}`;
        const listed = keys.toPath(key);
        if (listed !== undefined) expect([isPath(listed), keys.toKey(listed)]).toEqual([true, key]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('lets key prefixes cover whole segments, and nothing else', () => {
    const keys = mapping('p/');
    fc.assert(
      fc.property(path, path, (folder, name) => {
        const keyPrefix = keys.toKeyPrefix(folder);
        expect(keys.toKey(`${folder}/${name}`).startsWith(keyPrefix)).toBe(true);
        expect(keys.toKey(folder).startsWith(keyPrefix)).toBe(false);
        expect(keys.toKey(`${folder}${name}`).startsWith(keyPrefix)).toBe(false);
      }),
    );
    expect([mapping('').toKeyPrefix(''), mapping('p').toKeyPrefix(''), mapping('p').toKeyPrefix('a')]).toEqual([
      '',
      'p/',
      'p/a/',
    ]);
  });

  it.each([
    ['a/../b', /prefix must not have the segment "\.\."/],
    ['.', /prefix must not have the segment "\."/],
    ['a\n', /prefix must not hold the control character U\+000A/],
    ['\udc00', /prefix must be well-formed Unicode/],
    [7 as unknown as string, /prefix must be a string/],
  ])('refuses the prefix %j', (prefix, says) => {
    expect(refusal(() => mapping(prefix))).toMatchObject({
      kind: 'invalid_options',
      message: expect.stringMatching(says),
    });
  });
});

function refusal(run: () => unknown): StorageError {
  try {
    run();
  } catch (error) {
    if (isStorageError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
