import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runtimeDependencies } from '../src/runtime-dependencies.ts';
import { tree } from './tree.ts';

const manifest = (name: string, fields: object = {}): Record<string, string> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, ...fields }),
});

async function names(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { manifests, missing } = await runtimeDependencies(join(await tree(files), 'package.json'));
  return [...manifests.map(({ name }) => name), ...missing].sort();
}

it('follows dependencies, optional ones, and peers that are not optional', async () => {
  const root = { dependencies: { a: '1' }, devDependencies: { dev: '1' } };
  const a = {
    optionalDependencies: { b: '1' },
    peerDependencies: { c: '1', d: '1' },
    peerDependenciesMeta: { d: { optional: true } },
  };
  const files = { 'package.json': JSON.stringify(root), ...manifest('a', a), ...manifest('b'), ...manifest('c') };
  expect(await names({ ...files, ...manifest('d'), ...manifest('dev') })).toEqual(['a', 'b', 'c']);
});

it('ends where packages need each other, and takes every version that is installed', async () => {
  const files = {
    'package.json': '{ "dependencies": { "a": "1", "b": "2" } }',
    ...manifest('a', { dependencies: { b: '1' } }),
    ...manifest('b', { dependencies: { a: '1' } }),
    'node_modules/a/node_modules/b/package.json': '{ "name": "b" }',
  };
  expect(await names(files)).toEqual(['a', 'b', 'b']);
});

it('says which package is not installed, and who needs it', async () => {
  const files = {
    'package.json': '{ "dependencies": { "a": "1" } }',
    ...manifest('a', { dependencies: { gone: '1' } }),
  };
  expect(await names(files)).toEqual(['a', 'gone, which a needs, is not installed']);
});

it('finds what pnpm puts beside the real folder of a package', async () => {
  const root = await tree({
    'package.json': '{ "name": "root", "dependencies": { "a": "1" } }',
    'store/a@1/node_modules/a/package.json': '{ "name": "a", "dependencies": { "b": "1" } }',
    'store/a@1/node_modules/b/package.json': '{ "name": "b", "exports": { "./only": "./only.js" } }',
  });
  await mkdir(join(root, 'node_modules'));
  await symlink(join(root, 'store/a@1/node_modules/a'), join(root, 'node_modules/a'));
  const { manifests, missing } = await runtimeDependencies(join(root, 'package.json'));
  expect(missing).toEqual([]);
  expect(manifests.map(({ name }) => name)).toEqual(['a', 'b']);
});
