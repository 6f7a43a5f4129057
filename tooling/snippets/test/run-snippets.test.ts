import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { checkTypes, runSnippet, type SnippetFile, writeSnippets } from '../src/run-snippets.ts';

async function one(name: string, code: string): Promise<SnippetFile> {
  const [snippet] = await writeSnippets(`test/${name}.md`, [{ line: 1, code }]);
  if (!snippet) throw new Error('nothing was written');
  return snippet;
}

it('fails on a snippet that throws', async () => {
  await expect(runSnippet(await one('throws', "throw new Error('on purpose');"))).rejects.toThrow('on purpose');
});

it('fails on a snippet that does not compile, though it would run', async () => {
  const snippet = await one('types', "const a: number = JSON.parse('1') as string;");
  await expect(checkTypes(snippet)).rejects.toThrow('TS2322');
  await expect(runSnippet(snippet)).resolves.toBeUndefined();
});

it('runs each snippet in an empty folder, and compiles what leaves a value unused', async () => {
  const snippet = await one(
    'empty',
    [
      "import { readdir, writeFile } from 'node:fs/promises';",
      "if ((await readdir('.')).length > 0) throw new Error('not empty');",
      "await writeFile('left-behind', '');",
      'const unused = 1;',
    ].join('\n'),
  );
  await checkTypes(snippet);
  await runSnippet(snippet);
  await runSnippet(snippet);
});

it('keeps nothing of an earlier run', async () => {
  const { file } = await one('again', 'export {};');
  await writeSnippets('test/again.md', []);
  expect(existsSync(file)).toBe(false);
});

it('puts the address of a server in the place of the one that a snippet names, when it runs it', async () => {
  const snippet = await one(
    'served',
    "if ('http://localhost:9000' + '/x' !== 'http://127.0.0.1:1234/x') throw new Error('9000');",
  );
  await expect(runSnippet(snippet)).rejects.toThrow('9000');
  await runSnippet(snippet, { named: 'http://localhost:9000', url: 'http://127.0.0.1:1234' });
  expect(await readFile(snippet.file, 'utf8')).toContain('localhost:9000');
});
