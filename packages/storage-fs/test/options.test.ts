import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isStorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { checkLocalFilesystemOptions, type LocalFilesystemOptions, resolveRoot } from '../src/options.ts';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

describe('resolveRoot', () => {
  it('makes a path absolute', () => {
    expect(resolveRoot('/data/my repo')).toBe('/data/my repo');
    expect(resolveRoot('/data/../x/')).toBe('/x');
    expect(resolveRoot('some/folder')).toBe(resolve(process.cwd(), 'some/folder'));
    expect(resolveRoot('.')).toBe(process.cwd());
  });

  it('takes file: URLs, as objects and as text', () => {
    expect(resolveRoot(new URL('file:///data/my%20repo/'))).toBe('/data/my repo');
    expect(resolveRoot('file:///data/my%20repo')).toBe('/data/my repo');
    expect(resolveRoot(pathToFileURL('/a#b/c?d'))).toBe('/a#b/c?d');
    expect(resolveRoot('file:/data/my%20repo')).toBe('/data/my repo');
    expect(resolveRoot('FILE:/data')).toBe('/data');
  });

  it('leaves odd characters of a path alone', () => {
    expect(resolveRoot('/a%20b/c:d/é')).toBe('/a%20b/c:d/é');
  });

  it.each([[''], [undefined], [7], [null], [{}]])('refuses %j, naming the field', (path) => {
    expect(refusal(() => resolveRoot(path as string))).toBe('path takes the path of a folder, or its file: URL');
  });

  it('refuses what names no local folder', () => {
    for (const path of ['/a\0b', 'file:///a%00b', new URL('file:///a%00b')]) {
      expect(refusal(() => resolveRoot(path))).toBe('path must not hold a NUL character');
    }
    expect(refusal(() => resolveRoot('s3://bucket/prefix'))).toBe('path takes a file: URL, not one of s3:');
    expect(refusal(() => resolveRoot(new URL('https://example.org/a')))).toBe(
      'path takes a file: URL, not one of https:',
    );
    const marks = 'path is a file: URL with a ? or #: in the name of a folder they are written %3F and %23';
    expect(refusal(() => resolveRoot('file:///data/run#7'))).toBe(marks);
    expect(refusal(() => resolveRoot(new URL('file:///data/run?7')))).toBe(marks);
    expect(refusal(() => resolveRoot('file:///a%2Fb'))).toBe('path is a file: URL that names no local path');
    expect(refusal(() => resolveRoot('file://[/a'))).toBe('path is no valid URL');
  });
});

describe('checkLocalFilesystemOptions', () => {
  it('passes what is right, and what is not given', () => {
    const right: LocalFilesystemOptions = { durable: true, readOnly: false, settings: {}, onEvent: () => {} };
    expect(refusal(() => checkLocalFilesystemOptions(right))).toBe('none');
    expect(refusal(() => checkLocalFilesystemOptions({}))).toBe('none');
    expect(refusal(() => checkLocalFilesystemOptions({ durable: undefined } as object))).toBe('none');
  });

  it.each([
    [{ durable: 1 }, 'durable takes true or false'],
    [{ durable: null }, 'durable takes true or false'],
    [{ readOnly: 'yes' }, 'readOnly takes true or false'],
    [{ settings: 4 }, 'settings takes an object of settings'],
    [{ settings: null }, 'settings takes an object of settings'],
    [{ onEvent: {} }, 'onEvent takes a function'],
    [
      { readonly: true },
      'readonly is no option: it is called readOnly; there are durable, readOnly, settings, onEvent',
    ],
    [{ toString: 1 }, 'toString is no option: there are durable, readOnly, settings, onEvent'],
    [null, 'options takes an object'],
    ['durable', 'options takes an object'],
  ])('refuses %j', (options, message) => {
    expect(refusal(() => checkLocalFilesystemOptions(options as LocalFilesystemOptions))).toBe(message);
  });
});
