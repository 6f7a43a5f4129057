import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Refusal } from '../src/refusal.ts';
import { rehearseVersions } from '../src/rehearsal.ts';
import { git, repositoryOf, temporaryFolder, write } from './trees.ts';

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
