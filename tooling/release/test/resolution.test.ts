import { expect, test } from 'vitest';
import { publintProblems, typeProblems } from '../src/resolution.ts';
import { type Files, GOOD, GOOD_MANIFEST, tarballOf } from './trees.ts';

function withManifest(fields: object): Files {
  return { ...GOOD, 'package.json': JSON.stringify({ ...GOOD_MANIFEST, ...fields }) };
}

test('nothing is said against an ESM-only package with types, though CommonJS resolves to ESM', async () => {
  const tarball = await tarballOf(GOOD);
  expect(await publintProblems(tarball)).toEqual([]);
  expect(await typeProblems(tarball)).toEqual([]);
});

test('publint refuses an export that leads nowhere', async () => {
  const exports = { '.': { types: './dist/index.d.ts', default: './dist/gone.js' } };
  const problems = await publintProblems(await tarballOf(withManifest({ exports })));
  expect(problems.join()).toMatch(/^publint: .*\.\/dist\/gone\.js.*does not exist/);
});

test('a module that bundlers exchange by `browser` is not refused, one that is not there is', async () => {
  const others = { 'dist/page.js': GOOD['dist/index.js'] };
  const browser = { './dist/index.js': './dist/page.js' };
  expect(await publintProblems(await tarballOf({ ...withManifest({ browser }), ...others }))).toEqual([]);
  expect(await publintProblems(await tarballOf(withManifest({ browser })))).not.toEqual([]);
});

test('publint refuses types that stand after what would be taken before them', async () => {
  const exports = { '.': { default: './dist/index.js', types: './dist/index.d.ts' } };
  const problems = await publintProblems(await tarballOf(withManifest({ exports })));
  expect(problems.join()).toContain('publint: ');
  expect(problems.join()).toContain('types');
});

test('attw refuses a package without types, whole or in one entry', async () => {
  const { 'dist/index.d.ts': _types, 'dist/index.d.ts.map': _map, ...others } = GOOD;
  const untyped = { ...others, 'package.json': JSON.stringify({ ...GOOD_MANIFEST, exports: './dist/index.js' }) };
  expect(await typeProblems(await tarballOf(untyped))).not.toEqual([]);
  const exports = { ...GOOD_MANIFEST.exports, './more': './dist/more.js' };
  const half = { ...withManifest({ exports }), 'dist/more.js': 'export const more = 1;\n' };
  expect(await typeProblems(await tarballOf(half))).toEqual([
    'attw: UntypedResolution at ./more in node16-esm',
    'attw: UntypedResolution at ./more in bundler',
  ]);
});

test('attw refuses types that say CommonJS of what is ESM', async () => {
  const exports = { '.': { types: './dist/index.d.cts', default: './dist/index.js' } };
  const files = { ...withManifest({ exports }), 'dist/index.d.cts': 'export declare const one: number;\n' };
  expect(await typeProblems(await tarballOf(files))).toEqual([
    'attw: FalseCJS in /node_modules/@icechunk/one/dist/index.d.cts',
  ]);
});
