import { describe, expect, it } from 'vitest';
import { copySource } from '../src/copy-source.ts';

describe('copySource', () => {
  it('encodes what is not between slashes', () => {
    expect(copySource('bucket', 'a/b c+d?é%2F')).toBe('bucket/a/b%20c%2Bd%3F%C3%A9%252F');
    expect(copySource('bucket', '/repo')).toBe('bucket//repo');
  });
});
