import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiReports, entriesOf, writeApiReports } from '../src/api-reports.ts';
import { tree } from './tree.ts';

const PACKAGE = 'packages/storage-one';
const exports = { '.': { types: './dist/index.d.ts' }, './more': { types: './dist/more.d.ts' } };
const build = {
  compilerOptions: {
    rootDir: 'src',
    outDir: 'dist',
    declaration: true,
    composite: true,
    module: 'NodeNext',
    target: 'ES2022',
  },
  include: ['src'],
};

async function built(): Promise<string> {
  const root = await tree({
    [`${PACKAGE}/package.json`]: JSON.stringify({ name: '@icechunk/storage-one', type: 'module', exports }),
    [`${PACKAGE}/tsconfig.build.json`]: JSON.stringify(build),
    [`${PACKAGE}/src/index.ts`]: '/** One. */\nexport function one(): number {\n  return 1;\n}\n',
    [`${PACKAGE}/src/more.ts`]: '/** More. */\nexport const more: string = "";\n',
  });
  await symlink(join(import.meta.dirname, '../../../node_modules'), join(root, 'node_modules'));
  return root;
}

describe('the API reports', () => {
  it('say what each way into a package exports', async () => {
    const root = await built();
    await writeApiReports(root);
    const text = (name: string): Promise<string> => readFile(join(root, 'docs/api', name), 'utf8');
    expect(await text('storage-one.api.md')).toContain('export function one(): number;');
    expect(await text('storage-one.more.api.md')).toContain('export const more: string;');
    expect((await apiReports.run(root)).problems).toEqual([]);
  });

  it('are found out where the sources say something else, missed, and known for those of nothing', async () => {
    const root = await built();
    await mkdir(join(root, 'docs/api'), { recursive: true });
    for (const name of ['storage-one.api.md', 'storage-two.api.md']) await writeFile(join(root, 'docs/api', name), '');
    expect((await apiReports.run(root)).problems).toEqual([
      'docs/api/storage-one.api.md is not what is exported now: pnpm api writes it anew',
      'docs/api/storage-one.more.api.md is missing: pnpm api writes it',
      'docs/api/storage-two.api.md is of no package',
    ]);
  });

  it('cannot be had of what does not compile', async () => {
    const root = await built();
    await writeFile(join(root, PACKAGE, 'src/index.ts'), 'export const one: number = "";\n');
    await expect(apiReports.run(root)).rejects.toThrow();
  });
});

it('leaves out what has no declarations', () => {
  const manifest = { name: '@icechunk/storage-one', exports: { './package.json': './package.json' } };
  expect(entriesOf({ dir: PACKAGE, manifest })).toEqual([]);
});
