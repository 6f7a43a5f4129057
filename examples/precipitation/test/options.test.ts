import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../src/options.ts';

describe('parseOptions', () => {
  it('takes a path, relative to the working folder', () => {
    expect(parseOptions(['--path', 'a/b'])).toEqual({ kind: 'run', path: resolve('a/b') });
    expect(parseOptions(['--path', 'c:/a'])).toEqual({ kind: 'run', path: resolve('c:/a') });
    expect(parseOptions(['--path=/a'])).toEqual({ kind: 'run', path: resolve('/a') });
    expect(parseOptions(['--', '--path', 'a'])).toEqual({ kind: 'run', path: resolve('a') });
  });

  it('has a folder of its own where no path is given', () => {
    expect(parseOptions([])).toEqual({ kind: 'run', path: join(tmpdir(), 'precipitation.icechunk') });
  });

  it('is asked for help before anything else', () => {
    expect(parseOptions(['--help', '--path', 'a'])).toEqual({ kind: 'help' });
  });

  it('names what it does not understand', () => {
    expect(() => parseOptions(['--paht', 'a'])).toThrow('--paht');
    expect(() => parseOptions(['a'])).toThrow("'a'");
    expect(() => parseOptions(['--path', ''])).toThrow('--path');
    expect(() => parseOptions(['--path', 's3://bucket/rain'])).toThrow('not an address: s3://bucket/rain');
  });
});
