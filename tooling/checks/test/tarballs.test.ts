import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packedPackages } from '../src/packed-packages.ts';
import { tarballs } from '../src/tarballs.ts';
import { tree } from './tree.ts';

const COMPILER = {
  target: 'es2022',
  module: 'nodenext',
  types: [],
  rootDir: 'src',
  outDir: 'dist',
  declaration: true,
  declarationMap: true,
  sourceMap: true,
  composite: true,
  tsBuildInfoFile: 'dist/.tsbuildinfo',
};

const MANIFEST = {
  name: '@icechunk/one',
  version: '1.0.0',
  type: 'module',
  license: 'Apache-2.0',
  sideEffects: false,
  files: ['dist', 'src', '!dist/.tsbuildinfo'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
};

async function repository(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await tree({
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    'package.json': '{"name":"tree","private":true}',
    LICENSE: 'Apache License\nVersion 2.0, January 2004\n',
    'packages/one/README.md': '# one\n',
    'packages/one/package.json': JSON.stringify(MANIFEST),
    'packages/one/src/index.ts': 'export const one: number = 1;\n',
    'packages/one/tsconfig.build.json': JSON.stringify({ compilerOptions: COMPILER, include: ['src'] }),
    ...files,
  });
  await mkdir(join(root, 'node_modules'));
  await symlink(join(import.meta.dirname, '../../../node_modules/typescript'), join(root, 'node_modules/typescript'));
  return root;
}

test('a package that can be published passes, and is packed once for all who ask', async () => {
  const root = await repository({});
  expect(await tarballs.run(root)).toEqual({ problems: [], notes: ['1 packages'] });
  expect(packedPackages(root)).toBe(packedPackages(root));
});

test('a package that must not be published is told', async () => {
  const root = await repository({ LICENSE: '', 'packages/one/src/one.test.ts': 'export {};\n' });
  const { problems } = await tarballs.run(root);
  expect(problems).toContain('@icechunk/one: src/one.test.ts is of a test');
  expect(problems).toContain('@icechunk/one: LICENSE is missing, or is not the Apache License 2.0');
});
