import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NamedServer, namedServers, serverNamedIn } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { extractSnippets } from '../src/extract.ts';
import { readmes } from '../src/readmes.ts';
import { checkTypes, runSnippet, type SnippetFile, writeSnippets } from '../src/run-snippets.ts';

const root = join(import.meta.dirname, '../../..');
const files = readmes(root);

const found = await Promise.all(
  files.map(async (readme) => ({ readme, snippets: extractSnippets(await readFile(join(root, readme), 'utf8')) })),
);

it('finds a snippet in the README of the repository and of every package, and in the guide', () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`);
  const withSnippets = found.filter(({ snippets }) => snippets.length > 0).map(({ readme }) => readme);
  expect(withSnippets).toEqual(expect.arrayContaining(['README.md', 'docs/writing-a-backend.md', ...packages]));
});

for (const { readme, snippets } of found) {
  const written = await writeSnippets(readme, snippets);
  const [first] = written;
  if (!first) continue;
  describe(readme, () => {
    it('compiles', () => checkTypes(first));
    it.each(written.filter((snippet) => !serverNamedIn(snippet.code)))('runs what stands at line $line', (snippet) =>
      runSnippet(snippet),
    );
    for (const server of namedServers)
      describeServed(
        server,
        written.filter((snippet) => serverNamedIn(snippet.code) === server),
      );
  });
}

function describeServed({ address, describe }: NamedServer, snippets: readonly SnippetFile[]): void {
  if (snippets.length === 0) return;
  describe(`with a server of the tests' own in the place of ${address}`, (server) => {
    it.each(snippets)('runs what stands at line $line', (snippet) =>
      runSnippet(snippet, { named: address, url: server.url }),
    );
  });
}
