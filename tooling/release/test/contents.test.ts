import { expect, test } from 'vitest';
import { contentProblems } from '../src/contents.ts';
import { type Files, GOOD, GOOD_MANIFEST, tarballOf } from './trees.ts';

async function problemsWith(files: Files): Promise<readonly string[]> {
  return contentProblems(await tarballOf({ ...GOOD, ...files }));
}

function without(path: keyof typeof GOOD): Files {
  const { [path]: _left, ...others } = GOOD;
  return others;
}

test('nothing is said against a package of compiled files, sources and documents', async () => {
  expect(await problemsWith({ 'CHANGELOG.md': '# one\n', 'src/parts/a-part.ts': '' })).toEqual([]);
});

test.each([
  'test/index.test.ts',
  'dist/index.test.js',
  'src/parts/one.spec.ts',
  'src/test/trees.ts',
  'src/__tests__/one.ts',
  'vitest.config.ts',
])('a test is refused: %s', async (path) => {
  expect(await problemsWith({ [path]: '' })).toEqual([`${path} is of a test`]);
});

test.each(['dist/.tsbuildinfo', '.env', 'tsconfig.json', 'src/.hidden/one.ts', 'notes.txt'])(
  'a file that nobody expects is refused: %s',
  async (path) => {
    expect(await problemsWith({ [path]: '' })).toEqual([`${path} is neither compiled, nor a source, nor a document`]);
  },
);

test('names that only resemble tests are not refused', async () => {
  expect(await problemsWith({ 'src/conformance/latest.ts': '', 'src/contest.ts': '' })).toEqual([]);
});

test('a licence that is missing or another is refused', async () => {
  const missing = ['LICENSE is missing, or is not the Apache License 2.0'];
  expect(contentProblems(await tarballOf(without('LICENSE')))).toEqual(missing);
  expect(await problemsWith({ LICENSE: 'MIT License\n' })).toEqual(missing);
});

test('a README that is missing or empty is refused', async () => {
  expect(contentProblems(await tarballOf(without('README.md')))).toEqual(['README.md is missing or empty']);
  expect(await problemsWith({ 'README.md': ' \n' })).toEqual(['README.md is missing or empty']);
});

test('a range that only this repository knows is refused', async () => {
  const manifest = {
    ...GOOD_MANIFEST,
    dependencies: { a: 'workspace:^', b: '^1.0.0' },
    peerDependencies: { c: 'catalog:' },
  };
  expect(await problemsWith({ 'package.json': JSON.stringify(manifest) })).toEqual([
    'package.json asks for a workspace:^, which is nothing outside of this repository',
    'package.json asks for c catalog:, which is nothing outside of this repository',
  ]);
});
