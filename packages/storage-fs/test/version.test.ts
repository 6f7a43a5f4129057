import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileVersionOf, isSameFileVersion, parseVersion, toVersionInfo, versionOf } from '../src/version.ts';

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('versions', () => {
  test('are inode, microseconds and size in hexadecimal, in quotes', () => {
    const stat = { ino: 10_135_590n, mtimeNs: 1_795_400_000_123_456_789n, size: 4096n };
    expect(versionOf(stat)).toEqual({ etag: '"9aa826-660e8233cb240-1000"' });
    expect(versionOf({ ino: 255n, mtimeNs: 16_000n, size: 0n })).toEqual({ etag: '"ff-10-0"' });
  });

  test('keep inode numbers that a double does not hold', () => {
    expect(versionOf({ ino: 2n ** 53n + 1n, mtimeNs: 0n, size: 0n })).toEqual({ etag: '"20000000000001-0-0"' });
  });

  test('of a time before 1970 have the time 0, as with other clients', () => {
    expect(versionOf({ ino: 1n, mtimeNs: -1n, size: 1n })).toEqual({ etag: '"1-0-1"' });
  });

  test('can be taken apart', () => {
    fc.assert(
      fc.property(u64, u64, u64, (ino, mtimeUs, sizeBytes) => {
        expect(parseVersion(toVersionInfo({ ino, mtimeUs, sizeBytes }))).toEqual({ ino, mtimeUs, sizeBytes });
      }),
    );
  });

  test.each([
    undefined,
    '',
    'ff-10-0',
    '"FF-10-0"',
    '"0ff-10-0"',
    '"ff-10"',
    '"ff-10-0-1"',
    'W/"ff-10-0"',
    '"ff-10-0"\n',
    '"-1-10-0"',
  ])('of another shape match no file: %j', (etag) => {
    expect(parseVersion(etag === undefined ? {} : { etag })).toBeUndefined();
  });

  test('are equal in all three parts or not at all', () => {
    const version = fileVersionOf({ ino: 1n, mtimeNs: 2000n, size: 3n });
    expect(isSameFileVersion(version, { ino: 1n, mtimeUs: 2n, sizeBytes: 3n })).toBe(true);
    for (const other of [{ ino: 2n }, { mtimeUs: 3n }, { sizeBytes: 4n }])
      expect(isSameFileVersion(version, { ...version, ...other })).toBe(false);
    expect(isSameFileVersion(undefined, undefined)).toBe(false);
    expect(isSameFileVersion(version, undefined)).toBe(false);
  });
});
