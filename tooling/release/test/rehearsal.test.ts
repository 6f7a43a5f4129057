import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Refusal } from '../src/refusal.ts';
import { inTemporaryFolder, rehearseVersions } from '../src/rehearsal.ts';
import { git, repositoryOf, temporaryFolder, write } from './trees.ts';

test('a temporary folder is gone after it was used, also where that failed', async () => {
  const folders: string[] = [];
  await inTemporaryFolder(async (folder) => {
    write(folder, { 'a/b': '' });
    folders.push(folder);
  });
  const failing = inTemporaryFolder(async (folder) => {
    folders.push(folder);
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});

test('a dirty tree is not rehearsed, nor a change without a changeset, and nothing is installed for it', async () => {
  const root = repositoryOf({
    'packages/one/package.json': '{"name":"@icechunk/one","version":"0.0.0"}',
    'packages/one/src/index.ts': '',
  });
  const clone = join(temporaryFolder(), 'clone');
  await expect(rehearseVersions(root, clone)).rejects.toThrow('@icechunk/one changed since ever');
  expect(git(clone, 'status', '--porcelain', '--ignored')).toBe('');
  write(root, { new: '' });
  const refused = await rehearseVersions(root, `${clone}-2`).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refusal);
  expect((refused as Refusal).reasons).toEqual(['the tree is dirty: commit or remove ?? new']);
  expect(existsSync(`${clone}-2`)).toBe(false);
});
