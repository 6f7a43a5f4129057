import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { licences, writeLicences } from '../src/licences.ts';
import { tree } from './tree.ts';

const PAGE = 'docs/licences.md';

/** One published package that needs `near`, which needs `far`, and one tool that is not published. */
async function repository(far: object, near: object = { license: 'MIT' }): Promise<string> {
  return await tree({
    [PAGE]: '',
    'packages/one/package.json': '{ "name": "@icechunk/one", "dependencies": { "near": "1", "@icechunk/two": "1" } }',
    'packages/two/package.json': '{ "name": "@icechunk/two", "dependencies": { "far": "1" } }',
    'tooling/tool/package.json': '{ "name": "tool", "private": true, "dependencies": { "paid": "1" } }',
    'node_modules/@icechunk/two/package.json': '{ "name": "@icechunk/two", "dependencies": { "far": "1" } }',
    'node_modules/near/package.json': JSON.stringify({ name: 'near', dependencies: { far: '1' }, ...near }),
    'node_modules/far/package.json': JSON.stringify({ name: 'far', ...far }),
    'node_modules/paid/package.json': '{ "name": "paid", "license": "UNLICENSED" }',
  });
}

async function problems(root: string): Promise<readonly string[]> {
  await writeLicences(root);
  return (await licences.run(root)).problems;
}

it('has nothing against licences that are allowed, and lists them with those who bring them', async () => {
  const root = await repository({ license: 'ISC' });
  expect(await problems(root)).toEqual([]);
  const rows = (await readFile(join(root, PAGE), 'utf8')).split('\n').filter((line) => line.startsWith('| '));
  expect(rows).toEqual(['| package | licence | brought by |', '| far | ISC | one, two |', '| near | MIT | one |']);
});

it.each([
  ['GPL-3.0-only', 'GPL-3.0-only'],
  ['(MIT OR GPL-2.0)', '(MIT OR GPL-2.0)'],
  ['UNLICENSED', 'UNLICENSED'],
  ['SEE LICENSE IN LICENSE.md', 'SEE LICENSE IN LICENSE.md'],
  ['mit', 'mit'],
  [{ type: 'MIT' }, 'a licence that its package.json does not name'],
  [undefined, 'a licence that its package.json does not name'],
])('refuses %j of what comes along through others', async (license, said) => {
  expect(await problems(await repository({ license }))).toEqual([`far, of one and two: ${said} is not allowed`]);
});

it('says what is not installed, since nobody can say its licence', async () => {
  const root = await repository({ license: 'MIT' }, { license: 'MIT', dependencies: { gone: '1' } });
  expect(await problems(root)).toEqual(['packages/one: gone, which near needs, is not installed']);
});

it('wants the table to be of what comes along now', async () => {
  const root = await repository({ license: 'MIT' });
  const stale = `${PAGE} is not what comes along now: pnpm licences writes it`;
  expect((await licences.run(root)).problems).toEqual([stale]);
  await writeLicences(root);
  expect((await licences.run(root)).problems).toEqual([]);
  await writeFile(join(root, 'node_modules/far/package.json'), '{ "name": "far", "license": "ISC" }');
  expect((await licences.run(root)).problems).toEqual([stale]);
});
