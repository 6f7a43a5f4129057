import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkRuntimes } from '../src/runtimes.ts';
import { tree } from './tree.ts';

it('runs scripts in Node, Deno and Bun', async () => {
  const root = await tree({
    'fine.ts': "const one: number = 1;\nconsole.log('not told');\nconsole.log(one);\n",
    'fine-too.ts': 'console.log(2);\n',
  });
  const { problems, notes } = await checkRuntimes([join(root, 'fine.ts'), join(root, 'fine-too.ts')]);
  expect(problems).toEqual([]);
  const said = notes?.map((note) => note.replace(/\d+\.\d+\.\d+/, 'version'));
  expect(said).toEqual(['node', 'deno', 'bun'].map((runtime) => `${runtime} version: 1, 2`));
});

it('reports each runtime in which the script fails', async () => {
  const root = await tree({
    'fine.ts': 'console.log(1);\n',
    'node-only.ts': "if ('Deno' in globalThis || 'Bun' in globalThis) throw new Error('not here');\n",
  });
  const { problems } = await checkRuntimes([join(root, 'fine.ts'), join(root, 'node-only.ts')]);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toMatch(/^deno: .*not here/s);
  expect(problems[1]).toMatch(/^bun: .*not here/s);
});
