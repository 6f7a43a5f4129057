import { expect, test } from 'vitest';
import { addTag, dirtyTree, hasTag, tagOf } from '../src/git.ts';
import { commit, git, repositoryOf, write } from './trees.ts';

test('a tree is refused for what is not committed, and the file is named', async () => {
  const root = repositoryOf({ a: 'a', '.gitignore': 'ignored\n' });
  write(root, { ignored: '' });
  expect(await dirtyTree(root)).toEqual([]);
  write(root, { a: 'changed' });
  expect(await dirtyTree(root)).toEqual(['the tree is dirty: commit or remove M a']);
  git(root, 'checkout', '--quiet', 'a');
  write(root, { 'folder/new': '' });
  expect(await dirtyTree(root)).toEqual(['the tree is dirty: commit or remove ?? folder/new']);
});

test('ten files are named, and the others counted', async () => {
  const root = repositoryOf({ a: '' });
  write(root, Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`new-${index + 10}`, ''])));
  const [reason = ''] = await dirtyTree(root);
  expect(reason).toContain('new-19, and 2 more');
  expect(reason).not.toContain('new-20');
});

test('a tag is of the commit that is checked out', async () => {
  const root = repositoryOf({ a: '' });
  const tag = tagOf('@icechunk/one', '1.0.0');
  expect(tag).toBe('@icechunk/one@1.0.0');
  expect(await hasTag(root, tag)).toBe(false);
  await addTag(root, tag);
  expect(await hasTag(root, tag)).toBe(true);
  commit(root, { a: 'later' });
  expect(git(root, 'rev-list', '--count', `${tag}..HEAD`)).toBe('1');
});
