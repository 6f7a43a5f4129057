import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packagesOf, specifiersOf } from '../src/packages.ts';
import { withNextMajor } from '../src/two-cores.ts';

const root = join(import.meta.dirname, '../../..');

it('finds what the repository publishes', async () => {
  const packages = await packagesOf(root);
  expect(packages.map(({ name }) => name)).toEqual(
    ['azure', 'core', 'fs', 'gcs', 'memory', 's3'].map((name) => `@icechunk/storage-${name}`),
  );
});

it('names all that can be imported', () => {
  const manifest = { name: '@a/b', version: '1.0.0', exports: { '.': {}, './part': {} } };
  expect(specifiersOf(manifest)).toEqual(['@a/b', '@a/b/part']);
  expect(specifiersOf({ name: 'a', version: '1.0.0' })).toEqual([]);
});

it('gives a core that no range of the others takes', () => {
  const next = (version: string): unknown =>
    JSON.parse(withNextMajor(JSON.stringify({ name: 'a', version, files: [] })));
  expect(next('0.1.2')).toEqual({ name: 'a', version: '1.0.0', files: [] });
  expect(next('4.5.6')).toEqual({ name: 'a', version: '5.0.0', files: [] });
});
