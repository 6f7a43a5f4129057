import { describe, expect, it } from 'vitest';
import { VersionLog } from '../src/version-log.ts';

describe('VersionLog', () => {
  const log = new VersionLog();
  for (const [key, etag] of [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
    ['a', '4'],
  ] as const) {
    log.add(key, { etag });
  }
  const nameOf = (pick: Parameters<VersionLog['find']>[0], key: string): string | undefined =>
    log.find(pick, key)?.name;

  it('finds the last version of a key, earlier ones, and those of others', () => {
    expect(nameOf({ pick: 'current' }, 'a')).toBe('v4');
    expect([0, 1, 2].map((at) => nameOf({ pick: 'stale', at }, 'a'))).toEqual(['v1', 'v3', 'v1']);
    expect([0, 1, 2].map((at) => nameOf({ pick: 'foreign', at }, 'b'))).toEqual(['v1', 'v3', 'v4']);
  });

  it('finds none where there is none', () => {
    expect(nameOf({ pick: 'current' }, 'c')).toBeUndefined();
    expect(nameOf({ pick: 'stale', at: 0 }, 'b')).toBeUndefined();
  });

  it('has a version that nothing gave', () => {
    const { name, version } = log.find({ pick: 'unknown' }, 'c') ?? {};
    expect(version).toEqual({ etag: '"of-no-object"' });
    expect(name).toBe('{ etag: \'"of-no-object"\' }');
  });

  it('names versions, and knows one of the same key again', () => {
    expect(log.nameOf({ etag: '2' })).toBe('v2');
    expect(log.nameOf({ etag: '5' })).toBeUndefined();
    expect(log.nameOf({ text: '2' })).toBeUndefined();
    expect(log.repeated('a', { etag: '3' })?.name).toBe('v3');
    expect(log.repeated('b', { etag: '3' })).toBeUndefined();
    expect(log.nextName).toBe('v5');
  });
});
