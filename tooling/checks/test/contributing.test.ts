import { expect, test } from 'vitest';
import { contributing } from '../src/contributing.ts';
import { tree } from './tree.ts';

const FENCE = '```';

function page(tree: string, files: string): string {
  return `# Contributing

${FENCE}
packages/
  not-the-tree/
${FENCE}

## The tree

${FENCE}
packages/
  storage-one/      the one
${tree}examples/           programs
docs/               pages
  api/              reports
.ci/run             everything
${FENCE}

Inside \`storage-one/src\`, from the outside in:

| files | hold |
|---|---|
| \`index\`, \`cases/\` | whatever \`is-no-file\` |
${files}
Inside of it, \`nothing\`.
`;
}

async function problems(text: string): Promise<readonly string[]> {
  const root = await tree({
    'CONTRIBUTING.md': text,
    'packages/storage-one/package.json': '{"name":"@icechunk/storage-one"}',
    'packages/storage-one/src/index.ts': '',
    'packages/storage-one/src/cases/put.ts': '',
    'tooling/bench/package.json': '{"name":"bench"}',
    'examples/one/package.json': '{"name":"one"}',
  });
  return (await contributing.run(root)).problems;
}

test('what names each package and no other file is well', async () => {
  expect(await problems(page('tooling/\n  bench/            speed\n', ''))).toEqual([]);
});

test('a package that is not named, and one that there is not, are told', async () => {
  expect(await problems(page('tooling/\n  gone/             no more\n', ''))).toEqual([
    'the tree in CONTRIBUTING.md lacks tooling/bench',
    'the tree in CONTRIBUTING.md has tooling/gone, which is no package',
  ]);
});

test('files and folders that there are not are told', async () => {
  const files = '| `put`, `gone/` | what was renamed |\n';
  expect(await problems(page('tooling/\n  bench/\n', files))).toEqual([
    'CONTRIBUTING.md tells of put in packages/storage-one/src, which there is not',
    'CONTRIBUTING.md tells of gone/ in packages/storage-one/src, which there is not',
  ]);
});
