import { basename, dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  claimFile,
  claimSubject,
  isRemoval,
  parseSideName,
  pointerName,
  removalName,
  tempName,
  withdrawnName,
} from '../src/side-name.ts';

const owner = '1234567890'.repeat(4).slice(2);
const version = { ino: 2n ** 64n - 1n, mtimeUs: 1_795_400_000_123_456n, sizeBytes: 2n ** 60n };
const longName = 'x'.repeat(255);

describe('names beside objects', () => {
  test('end in a # and digits, so that no client lists them, and fit into 255 bytes', () => {
    const names = [
      tempName(owner),
      removalName(owner),
      pointerName(tempName(owner)),
      withdrawnName(removalName(owner)),
      ...['repo', 'ref.json', 'x'.repeat(192), 'x'.repeat(193), longName].map((name) =>
        basename(claimFile(`/a/${name}`, version, 9_999)),
      ),
    ];
    for (const name of names) {
      expect(name).toMatch(/^[^#]*#\d+$/);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
      expect(parseSideName(name)).toBeDefined();
    }
  });

  test('of temp files fit into an inode of ext4 as the text of a symbolic link: 59 bytes', () => {
    expect(tempName(owner).length).toBe(59);
  });

  test('of temp files are never the same, and tell their owner', () => {
    const names = Array.from({ length: 1_000 }, () => tempName(owner));
    expect(new Set(names).size).toBe(1_000);
    expect(parseSideName(names[0] ?? '')).toEqual({ kind: 'owned', owner });
  });

  test('of claims tell the object and its version', () => {
    const claim = claimFile('/a/b/repo', version, 7);
    expect(dirname(claim)).toBe('/a/b');
    expect(parseSideName(basename(claim))).toEqual({ kind: 'claim', subject: 'repo', hashed: false, version });
  });

  test('of claims differ by object, version and number', () => {
    const field = fc.bigInt({ min: 0n, max: 10n ** 17n });
    const names = fc.oneof(
      fc.stringMatching(/^[a-z%.]{1,12}$/),
      fc.constantFrom('x'.repeat(192), 'x'.repeat(193), longName),
    );
    const claims = fc.tuple(names, field, field, field, fc.nat(9_999));
    const nameOf = ([name, ino, mtimeUs, sizeBytes, number]: [string, bigint, bigint, bigint, number]): string =>
      claimFile(`/${name}`, { ino, mtimeUs, sizeBytes }, number);
    fc.assert(
      fc.property(claims, claims, (a, b) => {
        expect(nameOf(a) === nameOf(b)).toBe(a.every((part, index) => part === b[index]));
      }),
    );
  });

  test('of claims on a name that is too long hold a hash of it', () => {
    expect(claimSubject(longName).hashed).toBe(true);
    expect(claimSubject(longName).subject).not.toBe(claimSubject('y'.repeat(255)).subject);
    expect(claimSubject('ä'.repeat(100)).hashed).toBe(true);
  });

  test('of claims are one for one object, by whatever case it is called where the file system knows of none', () => {
    for (const name of ['Repo', `Re${longName}`.slice(0, 255)]) {
      const [one, other] = [name, name.toLowerCase()].map((each) => claimFile(`/a/${each}`, version, 0).toLowerCase());
      expect(one).toBe(other);
    }
  });

  test('of others are not taken for ours', () => {
    for (const name of ['repo', 'repo#1', 'repo#12', '#1', 'repo%231', `x${tempName(owner)}`, `${tempName(owner)}0`])
      expect(parseSideName(name)).toBeUndefined();
  });

  test('tell a removal from a write', () => {
    expect(isRemoval(removalName(owner))).toBe(true);
    expect(isRemoval(tempName(owner))).toBe(false);
  });
});
