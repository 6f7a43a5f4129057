import { expect, test } from 'vitest';
import { publicPackages } from '../src/public-packages.ts';
import { temporaryFolder, write } from './trees.ts';

const manifest = (name: string, fields: object = {}): string => JSON.stringify({ name, version: '1.0.0', ...fields });

test('a package comes after those that it needs, and private ones not at all', async () => {
  const root = temporaryFolder();
  write(root, {
    'packages/a/package.json': manifest('a', { dependencies: { c: '*' } }),
    'packages/b/package.json': manifest('b', { private: true }),
    'packages/c/package.json': manifest('c', { peerDependencies: { d: '*' } }),
    'packages/d/package.json': manifest('d'),
    'packages/empty/README.md': '',
  });
  const found = await publicPackages(root);
  expect(found.map(({ dir, manifest: { name } }) => [dir, name])).toEqual([
    ['packages/d', 'd'],
    ['packages/c', 'c'],
    ['packages/a', 'a'],
  ]);
});

test('packages that need each other are told', async () => {
  const root = temporaryFolder();
  write(root, {
    'packages/a/package.json': manifest('a', { dependencies: { b: '*' } }),
    'packages/b/package.json': manifest('b', { dependencies: { a: '*' } }),
  });
  await expect(publicPackages(root)).rejects.toThrow('a -> b -> a');
});
