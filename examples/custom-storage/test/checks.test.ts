import { describe, expect, it } from 'vitest';
import * as checks from '../src/checks.ts';

const kindOf = (work: () => unknown): string => {
  try {
    work();
    return 'passes';
  } catch (error) {
    return (error as { kind: string }).kind;
  }
};

describe('checkPath', () => {
  it.each(['', '/a', 'a/', 'a//b', '.', 'a/..', 'a\nb', '\ud800', 'x'.repeat(1_020)])('refuses %j', (path) => {
    expect(kindOf(() => checks.checkPath(path, 'root'))).toBe('invalid_path');
  });

  it.each(['a', 'a/b', 'é%20?#\\', 'x'.repeat(1_019)])('passes %j', (path) => {
    expect(kindOf(() => checks.checkPath(path, 'root'))).toBe('passes');
  });
});

it('takes a prefix with a slash at its end and without', () => {
  expect(['', '/', 'a', 'a/', 'a/b/'].map((prefix) => checks.pathOfPrefix(prefix, ''))).toEqual([
    '',
    '',
    'a',
    'a',
    'a/b',
  ]);
  expect(kindOf(() => checks.pathOfPrefix('a//', ''))).toBe('invalid_path');
});

it('clamps what reaches past the end, and refuses what begins there', () => {
  expect(checks.clamp(undefined, 5, 'a')).toEqual({ start: 0, end: 5 });
  expect(checks.clamp({ start: 2, end: 9 }, 5, 'a')).toEqual({ start: 2, end: 5 });
  expect(checks.clamp({ start: 7, end: 7 }, 5, 'a')).toEqual({ start: 7, end: 7 });
  expect(kindOf(() => checks.clamp({ start: 5, end: 6 }, 5, 'a'))).toBe('invalid_range');
});

it.each([
  [2, 1],
  [-1, 1],
  [0.5, 1],
  [0, Number.NaN],
  [0, 2 ** 53],
])('refuses the range %d to %d', (start, end) => {
  expect(kindOf(() => checks.checkRange({ start, end }, 'a'))).toBe('invalid_range');
});

it('refuses shared memory, bad names, bad values and conditions that say nothing', () => {
  const refused = [
    () => checks.checkData(new Uint8Array(new SharedArrayBuffer(1))),
    () => checks.checkMetadata({ 'a b': '1' }),
    () => checks.checkMetadata({ a: '1', A: '2' }),
    () => checks.checkMetadata({ a: 'é' }),
    () => checks.checkMetadata({ a: ' 1' }),
    () => checks.checkContentType('a\nb'),
    () => checks.checkContentType(''),
    () => checks.checkCondition({ kind: 'update', version: {} }),
  ];
  expect(refused.map(kindOf)).toEqual(refused.map(() => 'invalid_options'));
});
