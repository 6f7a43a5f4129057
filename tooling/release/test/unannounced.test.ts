import { beforeEach, expect, test } from 'vitest';
import { unannounced } from '../src/unannounced.ts';
import { commit, git, repositoryOf } from './trees.ts';

const MANIFEST = { name: '@icechunk/one', version: '1.0.0', exports: './dist/index.js', devDependencies: { a: '1' } };
const CHANGE = { 'packages/one/src/index.ts': 'changed' };

let root: string;
let base: string;

beforeEach(() => {
  root = repositoryOf({
    'packages/one/package.json': JSON.stringify(MANIFEST),
    'packages/one/src/index.ts': '',
    'packages/two/package.json': JSON.stringify({ name: '@icechunk/two', version: '1.0.0' }),
    'packages/own/package.json': JSON.stringify({ name: 'own', version: '1.0.0', private: true }),
  });
  base = git(root, 'rev-parse', 'HEAD');
});

function changeset(bumps: string): Record<string, string> {
  return { '.changeset/a-change.md': `---\n${bumps}\n---\n\nA change.\n` };
}

function manifest(fields: object): Record<string, string> {
  return { 'packages/one/package.json': JSON.stringify({ ...MANIFEST, ...fields }) };
}

test('sources that changed without a changeset are refused, with the package and the file', async () => {
  expect(await unannounced(root, base)).toEqual([]);
  commit(root, CHANGE);
  expect(await unannounced(root, base)).toEqual([
    `@icechunk/one changed since ${base} (packages/one/src/index.ts) and no changeset names it: run pnpm changeset`,
  ]);
});

test('a changeset of another package does not help', async () => {
  commit(root, { ...CHANGE, ...changeset("'@icechunk/two': minor") });
  expect(await unannounced(root, base)).toHaveLength(1);
});

test.each(["'@icechunk/one': minor", '"@icechunk/one": patch', "'@icechunk/one': none"])(
  'a changeset that names the package does: %s',
  async (bumps) => {
    commit(root, { ...CHANGE, ...changeset(bumps) });
    expect(await unannounced(root, base)).toEqual([]);
  },
);

test('what users do not see needs no changeset', async () => {
  commit(root, {
    'packages/one/test/index.test.ts': '',
    'packages/one/README.md': '',
    'packages/own/src/index.ts': '',
    'docs/page.md': '',
    ...manifest({ devDependencies: { a: '2' }, scripts: { build: 'tsc' } }),
  });
  expect(await unannounced(root, base)).toEqual([]);
});

test('what package.json says to those who install it does', async () => {
  commit(root, manifest({ dependencies: { a: '2' } }));
  expect((await unannounced(root, base)).join()).toContain('(packages/one/package.json)');
});

test('a version that moved announces the change, as in the pull request of a release', async () => {
  commit(root, { ...CHANGE, ...manifest({ version: '1.0.1' }) });
  expect(await unannounced(root, base)).toEqual([]);
});

test('what only the other branch has is no change', async () => {
  git(root, 'checkout', '--quiet', '-b', 'later');
  commit(root, CHANGE);
  git(root, 'checkout', '--quiet', 'main');
  expect(await unannounced(root, 'later')).toEqual([]);
});

test('without a commit to compare with, the tag of the version is compared with', async () => {
  commit(root, CHANGE);
  expect(await unannounced(root)).toEqual([]);
  git(root, 'tag', '@icechunk/one@1.0.0', base);
  expect((await unannounced(root)).join()).toContain('changed since @icechunk/one@1.0.0');
});

test('a package that was never released needs a changeset', async () => {
  commit(root, manifest({ version: '0.0.0' }));
  expect((await unannounced(root)).join()).toContain('@icechunk/one changed since ever');
  commit(root, changeset("'@icechunk/one': minor"));
  expect(await unannounced(root)).toEqual([]);
});
