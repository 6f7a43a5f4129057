import { expect, test } from 'vitest';
import { waitingBumps, writeChangeset } from '../src/changesets.ts';
import { temporaryFolder, write } from './trees.ts';

test('the furthest bump of each package is found', async () => {
  const root = temporaryFolder();
  write(root, {
    '.changeset/config.json': '{}',
    '.changeset/README.md': "---\n'@icechunk/not': major\n---\n",
    '.changeset/a.md': `---\n'@icechunk/one': minor\n"@icechunk/two": none\n---\n\n'@icechunk/three': major\n`,
    '.changeset/b.md': `---\n'@icechunk/one': patch\nbare: "major"\n---\n`,
    '.changeset/empty.md': '---\n---\n\nNothing to release.\n',
  });
  expect([...(await waitingBumps(root))].sort()).toEqual([
    ['@icechunk/one', 'minor'],
    ['@icechunk/two', 'none'],
    ['bare', 'major'],
  ]);
});

test('a tree without changesets has none', async () => {
  expect([...(await waitingBumps(temporaryFolder()))]).toEqual([]);
});

test('a changeset that is written is found', async () => {
  const root = temporaryFolder();
  write(root, { '.changeset/config.json': '{}' });
  await writeChangeset(root, 'new.md', ['@icechunk/one', '@icechunk/two'], 'patch');
  expect([...(await waitingBumps(root))]).toEqual([
    ['@icechunk/one', 'patch'],
    ['@icechunk/two', 'patch'],
  ]);
});
