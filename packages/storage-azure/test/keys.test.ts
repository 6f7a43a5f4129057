import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureKeys } from '../src/keys.ts';

describe('azureKeys', () => {
  it('encodes as Icechunk’s other clients do', () => {
    const keys = azureKeys('/a//b~/');
    expect(keys.toKey('é/x y')).toBe('a/b%7E/%C3%A9/x y');
    expect(keys.toKeyPrefix('chunks')).toBe('a/b%7E/chunks/');
    expect(keys.toPath('a/b%7E/%C3%A9/x y')).toBe('é/x y');
  });

  // https://github.com/Azure/azure-sdk-for-java/issues/36674 (seen 2026-11)
  it.each([['a.'], ['a./b'], ['a/b..'], ['...'], ['a/b./c']])(
    'refuses %s, which Azure would store as another name',
    (path) => {
      expect(() => azureKeys('').toKey(path)).toThrow(expect.objectContaining({ kind: 'invalid_path' }));
    },
  );

  it('refuses a prefix under which no path could be stored', () => {
    expect(() => azureKeys('a./b')).toThrow(expect.objectContaining({ kind: 'invalid_options' }));
    expect(() => azureKeys('a/b.')).toThrow(expect.objectContaining({ kind: 'invalid_options' }));
  });

  it('has no key with a dot before a slash or at the end', () => {
    const segment = fc.stringMatching(/^[a.]{1,4}$/).filter((text) => text !== '.' && text !== '..');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const path = segments.join('/');
        const refused = segments.some((one) => one.endsWith('.'));
        if (refused) expect(() => azureKeys('p').toKey(path)).toThrow('ends in a dot');
        else expect(azureKeys('p').toKey(path)).toBe(`p/${path}`);
      }),
    );
  });
});
