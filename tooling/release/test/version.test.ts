import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitingBumps } from '../src/changesets.ts';
import { version } from '../src/version.ts';
import { commit, publishableRepository, write } from './trees.ts';

const CONFIG = join(import.meta.dirname, '../../../.changeset/config.json');
const CHANGESETS = join(import.meta.dirname, '../../../node_modules/@changesets');

function repository(): string {
  const root = publishableRepository('0.1.0', {
    'packages/two/package.json': JSON.stringify({
      name: '@icechunk/two',
      version: '0.1.0',
      dependencies: { '@icechunk/one': 'workspace:^' },
    }),
    'packages/own/package.json': JSON.stringify({
      name: 'own',
      version: '0.0.0',
      private: true,
      dependencies: { '@icechunk/one': 'workspace:^' },
    }),
    '.changeset/config.json': readFileSync(CONFIG, 'utf8'),
  });
  symlinkSync(CHANGESETS, join(root, 'node_modules/@changesets'));
  return root;
}

function manifest(root: string, dir: string): { readonly version: string } {
  return JSON.parse(readFileSync(join(root, 'packages', dir, 'package.json'), 'utf8')) as { version: string };
}

test.each([
  ['minor', '0.2.0', '0.1.1'],
  ['patch', '0.1.1', '0.1.0'],
])('a %s of a package that others need moves it, and them where their range ends there', async (bump, one, two) => {
  const root = repository();
  commit(root, { '.changeset/a.md': `---\n'@icechunk/one': ${bump}\n---\n\nA change that is worth telling.\n` });
  await version(root);
  expect(manifest(root, 'one').version).toBe(one);
  expect(manifest(root, 'two').version).toBe(two);
  expect(manifest(root, 'own').version).toBe('0.0.0');
  expect((await waitingBumps(root)).size).toBe(0);
  expect(readFileSync(join(root, 'packages/one/CHANGELOG.md'), 'utf8')).toContain('A change that is worth telling.');
});

test('a dirty tree gets no versions', async () => {
  const root = repository();
  write(root, { 'packages/one/src/index.ts': '' });
  await expect(version(root)).rejects.toThrow('the tree is dirty');
  expect(manifest(root, 'one').version).toBe('0.1.0');
});
