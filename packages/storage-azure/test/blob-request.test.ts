import { describe, expect, it } from 'vitest';
import { blobAddress, readHeaders, writeHeaders } from '../src/blob-request.ts';

describe('blobAddress', () => {
  it.each([
    ['p/a b', 'p/a%20b'],
    ['p/%2F', 'p/%252F'],
    ["p/it's+é?#", 'p/it%27s%2B%C3%A9%3F%23'],
  ])('has %s as %s', (key, path) => {
    expect(blobAddress('https://host/grids', key)).toBe(`https://host/grids/${path}`);
  });
});

describe('readHeaders', () => {
  it('asks for bytes by the first and the last of them', () => {
    expect(readHeaders({ key: 'a', range: { start: 2, end: 5 }, conditions: { ifMatch: '"1"' } })).toMatchObject({
      'x-ms-range': 'bytes=2-4',
      'if-match': '"1"',
    });
  });

  it('asks for all and any state where nothing is said', () => {
    const headers = Object.values(readHeaders({ key: 'a', conditions: {} }));
    expect(headers.filter((value) => value !== undefined)).toEqual([]);
  });
});

describe('writeHeaders', () => {
  it('makes a block blob with what stands beside its bytes', () => {
    const attributes = { blobHTTPHeaders: { blobContentType: 'a/b' }, metadata: { one: '1' }, tier: 'Cool' };
    const data = new Uint8Array(3);
    expect(writeHeaders({ key: 'a', data, attributes, conditions: { ifNoneMatch: '*' } })).toMatchObject({
      'content-length': 3,
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-blob-content-type': 'a/b',
      'x-ms-meta-one': '1',
      'x-ms-access-tier': 'Cool',
      'if-none-match': '*',
    });
  });
});
