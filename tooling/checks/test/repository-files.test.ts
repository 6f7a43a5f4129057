import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { repositoryFiles } from '../src/repository-files.ts';
import { tree } from './tree.ts';

it('lists what is in the index and what could be, once, and not what is ignored', async () => {
  const files = { 'b.ts': '', 'a/a b.ts': '', 'ü.md': '', '.gitignore': 'dist/\n', 'dist/c.js': '' };
  const root = await tree(files);
  execFileSync('git', ['init', '--quiet', root]);
  execFileSync('git', ['add', 'b.ts'], { cwd: root });
  expect(await repositoryFiles(root)).toEqual(['.gitignore', 'a/a b.ts', 'b.ts', 'ü.md']);
});
