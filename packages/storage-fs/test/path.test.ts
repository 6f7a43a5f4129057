import { isStorageError } from '@icechunk/storage-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childOf, fileOf, isHiddenName, segmentOf } from '../src/path.ts';

const posix = ['linux', 'darwin', 'freebsd'] as const;

/** Names that clients of network file systems give to what is replaced while a program has it open. */
const movedAside = [
  '.nfs0000000000abcdef00000001',
  '.smb00000000000000ff0000002a',
  '.fuse_hidden000001230000000a',
  '.nfs.0000abcd.0001',
];

function refusalOf(key: string, platform: NodeJS.Platform): string {
  try {
    fileOf(platform === 'win32' ? 'C:\\data' : '/data', key, platform);
  } catch (err) {
    if (isStorageError(err, 'invalid_path')) return err.detail;
    throw err;
  }
  return 'none';
}

describe('fileOf', () => {
  it('puts each segment into a folder of its name', () => {
    for (const platform of posix) {
      expect(fileOf('/data/repo', 'chunks/A1', platform)).toBe('/data/repo/chunks/A1');
      expect(fileOf('/data/repo', 'a:b/CON/x.', platform)).toBe('/data/repo/a:b/CON/x.');
    }
    expect(fileOf('C:\\data\\repo', 'chunks/A1', 'win32')).toBe('C:\\data\\repo\\chunks\\A1');
  });

  it('takes the root of a file system for a root', () => {
    expect(fileOf('/', 'a/b', 'linux')).toBe('/a/b');
    expect(fileOf('C:\\', 'a/b', 'win32')).toBe('C:\\a\\b');
  });

  it('writes a colon as %3A on Windows, and leaves that of the drive', () => {
    expect(fileOf('C:\\data', 'a:b/c:d', 'win32')).toBe('C:\\data\\a%3Ab\\c%3Ad');
  });

  it.each([
    'CON',
    'con',
    'Nul.txt',
    'a/PRN/b',
    'AUX.tar.gz',
    'COM1',
    'lpt9.log',
    'COM0',
    'CONIN$',
    'conout$.x',
    'NUL .txt',
  ])('refuses the device %j on Windows', (key) => {
    expect(refusalOf(key, 'win32')).toMatch(/^Windows takes the segment ".+" for a device$/);
  });

  it.each(['a.', 'a ', 'x/a..', 'a ./b', '...'])('refuses %j on Windows, which would store another name', (key) => {
    expect(refusalOf(key, 'win32')).toMatch(/^Windows drops the dots and spaces that the segment ".+" ends in$/);
  });

  it.each(['CONSOLE', 'COM', 'COM10', 'a.CON', 'xNUL', '.a', ' a', 'NULL.txt'])('takes %j on Windows', (key) => {
    expect(refusalOf(key, 'win32')).toBe('none');
  });

  it.each(movedAside)('refuses %j, which would never be listed', (name) => {
    expect(refusalOf(`a/${name}`, 'linux')).toMatch(/^network file systems give names such as ".+" to files/);
    expect(refusalOf(`${name}/a`, 'linux')).not.toBe('none');
  });

  it('refuses a segment of more bytes than a name can have, also where a colon makes it so', () => {
    const longest = 'x'.repeat(255);
    for (const platform of [...posix, 'win32'] as const) {
      expect(refusalOf(`a/${longest}/b`, platform)).toBe('none');
      expect(refusalOf(`a/${longest}x/b`, platform)).toMatch(/at most 255 bytes, percent-encoded, and one has 256$/);
    }
    expect(refusalOf(`${'x'.repeat(253)}:`, 'linux')).toBe('none');
    expect(refusalOf(`${'x'.repeat(253)}:`, 'win32')).toMatch(/one has 256$/);
  });
});

describe('segmentOf', () => {
  // What a stored segment may hold: core's percent codec leaves nothing else.
  const storedCharacter = fc.constantFrom(..." !$&'()+,-.0123456789:;=@ABCXYZ_abcxyz", '%2E', '%25', '%2F', '%C3%A9');
  const stored = fc.array(storedCharacter, { minLength: 1, maxLength: 40 }).map((parts) => parts.join(''));

  it.each(['linux', 'win32'] as const)('is the inverse of the name on disk on %s', (platform) => {
    const folder = platform === 'win32' ? 'C:\\d\\' : '/d/';
    fc.assert(
      fc.property(stored, (segment) => {
        const name = childOf(folder, segment, platform).slice(folder.length);
        expect(name).not.toMatch(platform === 'win32' ? /[:\\/]/ : /\//);
        expect(segmentOf(name, platform)).toBe(segment);
      }),
    );
  });
});

describe('isHiddenName', () => {
  it('hides what a file system has moved aside', () => {
    for (const name of movedAside) expect(isHiddenName(name), name).toBe(true);
    for (const name of ['.nfs', '.nfs1', 'x.nfs0000000000abcdef00000001', '.nfs0000000000ABCDEF00000001'])
      expect(isHiddenName(name), name).toBe(false);
  });

  it('hides what ends in # and digits, and nothing else', () => {
    for (const name of ['repo#1', 'A1#0042', '#7', 'a#b#1']) expect(isHiddenName(name)).toBe(true);
    for (const name of ['repo', 'a#', 'a#b', 'a1', 'a#1x', '12', 'a%231']) expect(isHiddenName(name)).toBe(false);
  });
});
