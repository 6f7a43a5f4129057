import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { tree } from './tree.ts';

const ROOT = join(import.meta.dirname, '../../..');

// With the repository's own settings, in a folder of their own.
async function lint(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await tree({
    'biome.json': await readFile(join(ROOT, 'biome.json'), 'utf8'),
    '.gitignore': 'dist/\n',
    ...files,
  });
  const args = [join(ROOT, 'node_modules/@biomejs/biome/bin/biome'), 'lint', '--colors=off', '.'];
  const run = promisify(execFile)(process.execPath, args, { cwd: root });
  return await run.then(
    () => '',
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );
}

it.each([
  ['of values', "import { b } from './b.ts';\n\nexport const a = (): number => b();\n"],
  ['of types', "import type { b } from './b.ts';\n\nexport const a = (call: typeof b): number => call();\n"],
])('finds a cycle of imports, %s, through three files', async (_, text) => {
  const said = await lint({
    'src/a.ts': text,
    'src/b.ts': "export { c as b } from './c.ts';\n",
    'src/c.ts': "import { a } from './a.ts';\n\nexport const c = (): number => a(c);\n",
  });
  expect(said).toContain('src/a.ts:1');
  expect(said).toContain('lint/suspicious/noImportCycles');
});

it('has nothing against imports that end somewhere', async () => {
  const said = await lint({
    'src/a.ts':
      "import { b } from './b.ts';\nimport { c } from './c.ts';\n\nexport const a = (): number => b() + c();\n",
    'src/b.ts': "import { c } from './c.ts';\n\nexport const b = (): number => c();\n",
    'src/c.ts': 'export const c = (): number => 1;\n',
  });
  expect(said).toBe('');
});
