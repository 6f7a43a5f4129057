import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filesUnder, workspacePackages } from '../src/workspace.ts';
import { tree } from './tree.ts';

it('finds every folder with a package.json, where pnpm looks for them', async () => {
  const root = await tree({
    'packages/b/package.json': '{ "name": "b" }',
    'packages/a/package.json': '{ "name": "a" }',
    'packages/a/nested/package.json': '{ "name": "nested" }',
    'packages/no-package/readme.md': '',
    'examples/c/package.json': '{ "name": "c" }',
    'elsewhere/d/package.json': '{ "name": "d" }',
  });
  const found = await workspacePackages(root);
  expect(found.map(({ dir, manifest }) => [dir, manifest.name])).toEqual([
    ['packages/a', 'a'],
    ['packages/b', 'b'],
    ['examples/c', 'c'],
  ]);
});

it('lists files at every depth, and none of a folder that is not there', async () => {
  const root = await tree({ 'src/b.ts': '', 'src/deep/a.ts': '' });
  expect(await filesUnder(join(root, 'src'))).toEqual(['b.ts', 'deep/a.ts']);
  expect(await filesUnder(join(root, 'none'))).toEqual([]);
});
