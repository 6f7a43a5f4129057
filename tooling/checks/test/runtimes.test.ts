import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkRuntimes } from '../src/runtimes.ts';
import { tree } from './tree.ts';

it('runs a script in Node, Deno and Bun', async () => {
  const root = await tree({ 'fine.ts': 'const one: number = 1;\nconsole.log(one);\n' });
  const { problems, notes } = await checkRuntimes(join(root, 'fine.ts'));
  expect(problems).toEqual([]);
  expect(notes?.map((note) => note.split(' ')[0])).toEqual(['node', 'deno', 'bun']);
});

it('reports each runtime in which the script fails', async () => {
  const root = await tree({
    'node-only.ts': "if ('Deno' in globalThis || 'Bun' in globalThis) throw new Error('not here');\n",
  });
  const { problems } = await checkRuntimes(join(root, 'node-only.ts'));
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/^deno: .*not here/s);
  expect(problems[1]).toMatch(/^bun: .*not here/s);
});
