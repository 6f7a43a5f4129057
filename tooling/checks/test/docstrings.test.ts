import { expect, it } from 'vitest';
import { docstrings } from '../src/docstrings.ts';
import { tree } from './tree.ts';

async function problems(source: string): Promise<readonly string[]> {
  const root = await tree({
    'packages/one/package.json':
      '{ "name": "one", "exports": { ".": { "@icechunk/source": "./src/index.ts", "default": "./dist/index.js" } } }',
    'packages/one/tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "ES2023" }, "include": ["src"] }',
    'packages/one/src/index.ts': source,
  });
  return (await docstrings.run(root)).problems;
}

it.each([
  ['export const lone = 1;', 'lone (Variable)'],
  ['export function lone(): void {}', 'lone (CallSignature)'],
  ['export interface Lone { readonly a: string }', 'Lone (Interface)'],
  ['export type Lone = string;', 'Lone (TypeAlias)'],
  ['/** Says. */\nexport interface Said { lone(): void }', 'Said.lone (CallSignature)'],
  ['/** Says. */\nexport class Said { lone(): void {} }', 'Said.lone (CallSignature)'],
  ['/** See {@link Nobody}. */\nexport const said = 1;', 'Nobody'],
  ['interface Hidden { readonly a: string }\n/** Says. */\nexport function said(a: Hidden): void {}', 'Hidden'],
])('finds fault with %s', async (source, name) => {
  const found = await problems(source);
  expect(found.length).toBeGreaterThan(0);
  expect(found.join('\n')).toContain(name);
});

it('has nothing against what is said, and leaves fields and what is not exported alone', async () => {
  const source = `
    /** Says. */
    export interface Said {
      readonly plain: string;
      /** Gives a {@link Said}. */
      method(): Said;
      /** Holds a type without a name. */
      readonly inner: { call(): void };
    }
    function inner(): void {}
    inner();
  `;
  expect(await problems(source)).toEqual([]);
});

it('finds fault with an export that has no file', async () => {
  const root = await tree({
    'packages/one/package.json': '{ "name": "one", "exports": { ".": { "@icechunk/source": "./src/gone.ts" } } }',
    'packages/one/tsconfig.json': '{}',
    'packages/one/src/index.ts': '',
  });
  expect((await docstrings.run(root)).problems.join('\n')).toContain('src/gone.ts did not match');
});

it("follows links to core's names from packages that do not import them, and to no other package's", async () => {
  const packageFiles = (name: string, source: string): Record<string, string> => ({
    [`packages/${name}/package.json`]: JSON.stringify({
      name: `@icechunk/${name}`,
      exports: { '.': { '@icechunk/source': './src/index.ts' } },
    }),
    [`packages/${name}/tsconfig.json`]: '{}',
    [`packages/${name}/src/index.ts`]: source,
  });
  const root = await tree({
    ...packageFiles('storage-core', '/** Says. */\nexport type FromCore = string;\n'),
    ...packageFiles('storage-azure', '/** See {@link FromCore}. */\nexport const azure = 1;\n'),
    ...packageFiles('storage-fs', '/** See {@link FromCore} and {@link azure}. */\nexport const fs = 1;\n'),
  });
  expect((await docstrings.run(root)).problems).toEqual([
    'packages/storage-fs: Failed to resolve link to "azure" in comment for fs',
  ]);
});
