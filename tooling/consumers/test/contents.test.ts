import { describe, expect, it } from 'vitest';
import { contentsProblems } from '../src/contents.ts';
import type { Installed } from '../src/installed.ts';
import type { Manifest } from '../src/packages.ts';

const core: Manifest = { name: '@icechunk/storage-core', version: '1.0.0' };
const fs = backend('fs', {});
const s3 = backend('s3', { '@aws-sdk/client-s3': '^3.0.0' });
const gcs = { ...backend('gcs', { undici: '^8.0.0' }), peerDependencies: { '@google-cloud/storage': '>=7' } };
const all = [core, fs, s3, gcs];

function backend(name: string, dependencies: Readonly<Record<string, string>>): Manifest {
  return {
    name: `@icechunk/storage-${name}`,
    version: '1.0.0',
    dependencies: { '@icechunk/storage-core': '^1.0.0', ...dependencies },
  };
}

function tree(...names: readonly string[]): readonly Installed[] {
  return names.map((name) => ({ name, version: '1.0.0' }));
}

const OF_CORE = '@icechunk/storage-core';

describe('contentsProblems', () => {
  it('finds nothing wrong with what a package needs, and what that brings', () => {
    expect(contentsProblems(core, all, tree(OF_CORE))).toEqual([]);
    expect(contentsProblems(fs, all, tree(OF_CORE, fs.name))).toEqual([]);
    const ofAws = ['@aws-sdk/client-s3', '@aws-sdk/core', '@smithy/core', 'tslib'];
    expect(contentsProblems(s3, all, tree(OF_CORE, s3.name, ...ofAws))).toEqual([]);
  });

  it.each([
    ['another backend', tree(OF_CORE, fs.name, s3.name), [`${s3.name} is another backend`]],
    ['a backend beside core', tree(OF_CORE, fs.name), [`${fs.name} is another backend`], core],
    ['an SDK', tree(OF_CORE, s3.name, '@aws-sdk/client-s3', 'undici'), ["undici is another backend's"], s3],
    ['part of an SDK', tree(OF_CORE, gcs.name, 'undici', '@aws-sdk/core'), ["@aws-sdk/core is another backend's"], gcs],
    [
      'an optional peer',
      tree(OF_CORE, gcs.name, 'undici', '@google-cloud/storage'),
      ["@google-cloud/storage is another backend's"],
      gcs,
    ],
    ['anything beside core alone', tree(OF_CORE, fs.name, 'tslib'), ['tslib is not among its dependencies']],
    ['a dependency that is missing', tree(OF_CORE, s3.name), ['@aws-sdk/client-s3 is not installed'], s3],
  ])('tells of %s', (_, installed, expected, own = fs) => {
    expect(contentsProblems(own, all, installed)).toEqual(expected);
  });

  it('tells of two copies of core, whatever their versions', () => {
    const twice = [...tree(OF_CORE, fs.name), { name: OF_CORE, version: '2.0.0' }];
    expect(contentsProblems(fs, all, twice)).toEqual(['core is there 2 times: 1.0.0, 2.0.0']);
  });
});
