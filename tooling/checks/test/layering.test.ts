import { expect, it } from 'vitest';
import { layering } from '../src/layering.ts';
import { tree } from './tree.ts';

const CORE = 'packages/storage-core';
const FS = 'packages/storage-fs';
const S3 = 'packages/storage-s3';

const MANIFESTS = {
  [`${CORE}/package.json`]: '{ "name": "@icechunk/storage-core" }',
  [`${FS}/package.json`]: '{ "name": "@icechunk/storage-fs", "dependencies": { "@icechunk/storage-core": "*" } }',
  [`${S3}/package.json`]:
    '{ "name": "@icechunk/storage-s3", "dependencies": { "@icechunk/storage-core": "*", "@aws-sdk/client-s3": "*" } }',
};

async function problems(file: string, text: string): Promise<readonly string[]> {
  return (await layering.run(await tree({ ...MANIFESTS, [file]: text }))).problems;
}

it.each([
  [`${CORE}/src/index.ts`, "import { a } from 'left-pad';"],
  [`${CORE}/src/index.ts`, "import { readFile } from 'node:fs/promises';"],
  [`${CORE}/src/index.ts`, "import { Buffer } from 'buffer';"],
  [`${CORE}/src/index.ts`, "import type { Stats } from 'node:fs';"],
  [`${CORE}/src/index.ts`, "const os = await import('node:os');"],
  [`${CORE}/src/index.ts`, "export type A = import('left-pad').A;"],
  [`${CORE}/src/index.ts`, "import { localFilesystemStorage } from '@icechunk/storage-fs';"],
  [`${CORE}/src/index.ts`, "export * from '@icechunk/storage-core';"],
  [`${FS}/src/index.ts`, "import { a } from 'left-pad';"],
  [`${FS}/src/index.ts`, "import { a } from '@icechunk/storage-s3';"],
  [`${FS}/src/index.ts`, "import { a } from '@icechunk/storage-fs';"],
  [`${FS}/src/index.ts`, "import { a } from '@icechunk/storage-core/src/key.ts';"],
  [`${FS}/src/index.ts`, "export { a } from '../../storage-core/src/key.ts';"],
  [`${FS}/test/a.test.ts`, "import { a } from '@icechunk/storage-core/dist/key.js';"],
  [`${FS}/test/a.test.ts`, "import { a } from '../../storage-core/test/a.ts';"],
  [`${S3}/src/index.ts`, "import { readFile } from 'node:fs/promises';"],
  ['tooling/one/src/index.ts', "import { a } from '../../two/src/index.ts';"],
])('finds fault with %s: %s', async (file, text) => {
  const manifests = { 'tooling/one/package.json': '{ "name": "@icechunk-tooling/one" }' };
  const found = (await layering.run(await tree({ ...MANIFESTS, ...manifests, [file]: text }))).problems;
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`${file} imports '`);
});

it.each([
  [CORE, 'left-pad'],
  [FS, '@icechunk/storage-s3'],
])('is not appeased where %s declares %s', async (dir, dependency) => {
  const manifest = JSON.stringify({
    name: `@icechunk/${dir.slice('packages/'.length)}`,
    dependencies: { [dependency]: '*' },
  });
  const files = { [`${dir}/package.json`]: manifest, [`${dir}/src/index.ts`]: `import '${dependency}';` };
  expect((await layering.run(await tree(files))).problems).toHaveLength(1);
});

it.each([
  [`${CORE}/src/index.ts`, "export * from './key.ts'; export * from './conformance/index.ts';"],
  [`${CORE}/src/conformance/index.ts`, "export * from '../key.ts';"],
  [`${CORE}/test/key.test.ts`, "import { it } from 'vitest'; import { a } from '../src/key.ts'; import 'node:fs';"],
  [`${FS}/src/index.ts`, "import { a } from '@icechunk/storage-core'; import { open } from 'node:fs/promises';"],
  [`${FS}/src/index.ts`, "import { a } from '@icechunk/storage-core/icechunk';"],
  [`${S3}/src/index.ts`, "import { S3Client } from '@aws-sdk/client-s3';"],
  [`${S3}/src/index.ts`, "// import { a } from 'left-pad';\nconst text = \"import b from 'left-pad'\";"],
])('has nothing against %s: %s', async (file, text) => {
  expect(await problems(file, text)).toEqual([]);
});
