import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knip } from '../src/knip.ts';
import { tree } from './tree.ts';

const ROOT = join(import.meta.dirname, '../../..');

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, type: 'module', exports: { '.': { '@icechunk/source': './src/index.ts' } }, ...more });

// Packages by the names that the settings know, so that whatever these leave out would be left out here.
const CLEAN: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "root", "private": true }',
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n  - tooling/*\n',
  'packages/storage-fs/package.json': manifest('@icechunk/storage-fs', { dependencies: { 'left-pad': '1' } }),
  'packages/storage-fs/src/index.ts':
    "import pad from 'left-pad';\nimport { path } from './path.ts';\n\nexport const a = pad(path);\n",
  'packages/storage-fs/src/path.ts': 'export const path = 1;\n',
  'packages/storage-fs/test/programs/outcome.ts': 'export {};\n',
  'tooling/storm/package.json': manifest('@icechunk-tooling/storm'),
  'tooling/storm/src/index.ts': 'export {};\n',
};

/** What knip says with the repository's settings, but for those of them that a small tree has no need of. */
async function problems(files: Readonly<Record<string, string>>): Promise<string> {
  const settings = (await readFile(join(ROOT, 'knip.jsonc'), 'utf8')).replace(
    '"treatConfigHintsAsErrors": true',
    '"treatConfigHintsAsErrors": false',
  );
  return (await knip.run(await tree({ ...CLEAN, 'knip.jsonc': settings, ...files }))).problems.join('\n');
}

it('has nothing against what is used', async () => {
  expect(await problems({})).toBe('');
});

it('finds every kind of thing that nothing uses', async () => {
  const said = await problems({
    'packages/storage-fs/src/unreached.ts': 'export {};\n',
    'packages/storage-fs/test/untested.ts': 'export {};\n',
    'tooling/storm/src/unstarted-process.ts': 'export {};\n',
    'packages/storage-fs/src/path.ts': 'export const path = 1;\nexport const unread = 2;\nexport type Unnamed = 3;\n',
    'packages/storage-fs/package.json': manifest('@icechunk/storage-fs', {
      dependencies: { 'left-pad': '1', 'un-imported': '1' },
    }),
    'tooling/storm/package.json': manifest('@icechunk-tooling/storm', { devDependencies: { 'un-required': '1' } }),
  });
  const [unused = ''] = said.split('\nConfiguration hints');
  const found = unused.split('\n').map((line) => line.split(/\s+/)[0]);
  expect(found.filter((word) => word !== 'Unused').sort()).toEqual([
    'Unnamed',
    'packages/storage-fs/src/unreached.ts',
    'packages/storage-fs/test/untested.ts',
    'tooling/storm/src/unstarted-process.ts',
    'un-imported',
    'un-required',
    'unread',
  ]);
});

it('finds a dependency that is used and not declared', async () => {
  const said = await problems({ 'packages/storage-fs/package.json': manifest('@icechunk/storage-fs') });
  expect(said).toContain('Unlisted');
  expect(said).toContain('left-pad');
});

it('finds a setting that nothing needs any more', async () => {
  const root = await tree({
    ...CLEAN,
    'knip.jsonc': '{ "treatConfigHintsAsErrors": true, "ignoreDependencies": ["long-gone"] }',
    'packages/storage-fs/test/programs/outcome.ts': '',
  });
  expect((await knip.run(root)).problems.join('\n')).toContain('long-gone');
});

it('does not pass without settings', async () => {
  const { problems: found } = await knip.run(await tree(CLEAN));
  expect(found.join('\n')).toContain('knip.jsonc');
});
