import { expect, test } from 'vitest';
import { tarballProblems } from '../src/tarball-problems.ts';
import { GOOD, tarballOf } from './trees.ts';

test('a package that is in order has no problem', async () => {
  expect(await tarballProblems(await tarballOf(GOOD))).toEqual([]);
});

test('every kind of problem is told, with the name of the package', async () => {
  const { LICENSE: _licence, 'src/index.ts': _source, ...others } = GOOD;
  const manifest = JSON.stringify({ name: '@icechunk/one', version: '1.0.0', type: 'module', exports: './dist/no.js' });
  const bad = { ...others, 'package.json': manifest, 'test/one.test.ts': '', '.npmrc': '' };
  const problems = await tarballProblems(await tarballOf(bad));
  expect(problems.every((problem) => problem.startsWith('@icechunk/one: '))).toBe(true);
  for (const part of [
    'of a test',
    'LICENSE',
    'src/index.ts, which is not in it',
    'for secrets',
    'publint: ',
    'attw: ',
  ]) {
    expect(problems.filter((problem) => problem.includes(part))).not.toEqual([]);
  }
});
