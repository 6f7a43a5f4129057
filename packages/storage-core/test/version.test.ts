import { describe, expect, it } from 'vitest';
import { isSameVersion, isSendableVersion } from '../src/version.ts';

describe('isSameVersion', () => {
  it('compares etags verbatim', () => {
    expect(isSameVersion({ etag: '"a"' }, { etag: '"a"' })).toBe(true);
    expect(isSameVersion({ etag: '"a"' }, { etag: 'a' })).toBe(false);
  });

  it('lets generations decide where both have one', () => {
    expect(isSameVersion({ etag: 'x', generation: '1' }, { etag: 'x', generation: '2' })).toBe(false);
    expect(isSameVersion({ etag: 'x', generation: '1' }, { etag: 'y', generation: '1' })).toBe(true);
  });

  it('never takes two versions that say nothing for the same', () => {
    expect(isSameVersion({}, {})).toBe(false);
    expect(isSameVersion({ etag: '' }, { etag: '' })).toBe(false);
    expect(isSameVersion({ etag: 'a' }, { generation: 'a' })).toBe(false);
  });
});

describe('isSendableVersion', () => {
  it('takes what providers hand out, and nothing that would break a header', () => {
    expect(isSendableVersion({ etag: '"1f-5e-3"' })).toBe(true);
    expect(isSendableVersion({ generation: '1700000000000001' })).toBe(true);
    for (const etag of ['', 'a\r\nb', 'a b', 'é', 'x'.repeat(1025)]) expect(isSendableVersion({ etag })).toBe(false);
    expect(isSendableVersion({})).toBe(false);
    for (const etag of ['0x8DC', 'W/"a"', '""', 'd41d8cd98f00b204-2']) expect(isSendableVersion({ etag })).toBe(true);
  });

  it('takes nothing that would stand for more than one state', () => {
    for (const etag of ['*', '"a","b"', '"a", "b"', 'a,b', '"a"b', 'a"'])
      expect(isSendableVersion({ etag })).toBe(false);
    for (const generation of ['*,*', 'a"', '1\n2']) expect(isSendableVersion({ generation })).toBe(false);
    expect(isSendableVersion({ etag: '*', generation: '1' })).toBe(false);
  });
});
