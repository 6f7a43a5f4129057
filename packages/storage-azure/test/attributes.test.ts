import { describe, expect, it } from 'vitest';
import { blobAttributes, tierOf } from '../src/attributes.ts';

describe('blobAttributes', () => {
  it('has what is given and nothing else', () => {
    expect(blobAttributes({})).toEqual({});
    expect(blobAttributes({ contentType: 'a/b', metadata: { icspecver: '2', _x1: '' }, storageClass: 'cool' })).toEqual(
      {
        blobHTTPHeaders: { blobContentType: 'a/b' },
        metadata: { icspecver: '2', _x1: '' },
        tier: 'Cool',
      },
    );
  });

  it.each([['a-b'], ['1a'], ['a.b'], ['a b'], ['é'], ['']])('refuses metadata called %j', (name) => {
    const refusal = expect.objectContaining({
      kind: 'invalid_options',
      message: expect.stringContaining(JSON.stringify(name)),
    });
    expect(() => blobAttributes({ metadata: { fine: 'x', [name]: 'y' } })).toThrow(refusal);
  });
});

describe('tierOf', () => {
  it.each([['Hot'], ['Cool'], ['Cold'], ['Archive']])('knows %s in whatever case', (tier) => {
    expect(tierOf(tier.toLowerCase())).toBe(tier);
    expect(tierOf(tier.toUpperCase())).toBe(tier);
  });

  it('refuses other classes, such as those of S3', () => {
    expect(() => tierOf('STANDARD_IA')).toThrow(expect.objectContaining({ kind: 'invalid_options' }));
    expect(tierOf(undefined)).toBeUndefined();
  });
});
