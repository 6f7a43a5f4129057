import { expect, it } from 'vitest';
import { checkBrowserBundle, checkBundles } from '../src/browser-bundle.ts';
import { tree } from './tree.ts';

const NOTHING = 'async () => {}';

async function problems(source: string, script = NOTHING): Promise<readonly string[]> {
  const root = await tree({ 'one.ts': source });
  return (await checkBrowserBundle({ one: './one.ts' }, root, script)).problems;
}

it.each([
  ["import { readFile } from 'node:fs'; export const a = readFile;", 'node:fs'],
  ["import * as path from 'path'; export const a = path;", 'path'],
  ["export const a = (): unknown => Buffer.from('a');", '`Buffer`'],
  ["export const a = (): unknown => (typeof process === 'undefined' ? 1 : process.env);", '`process`'],
  ['export const a = (name: string): unknown => require(name);', '`require`'],
  ['export const a = (): unknown => setImmediate(() => {});', '`setImmediate`'],
])('finds fault with %s', async (source, name) => {
  const found = await problems(source);
  expect(found.length).toBeGreaterThan(0);
  expect(found.join('\n')).toContain(name);
});

it('leaves a variable of that name alone', async () => {
  expect(await problems('export const a = (process: number): number => process + 1;')).toEqual([]);
});

it('finds a dependency in the bundle', async () => {
  const root = await tree({
    'one.ts': "export * from 'left';",
    'node_modules/left/package.json': '{ "name": "left", "exports": "./index.js" }',
    'node_modules/left/index.js': 'export const a = 1;',
  });
  const { problems: found } = await checkBrowserBundle({ one: './one.ts' }, root, NOTHING);
  expect(found.join('\n')).toContain('node_modules/left/index.js');
});

it('runs the bundle with web globals alone, and reports what goes wrong there', async () => {
  const source = 'export const names = (): string[] => Object.keys(globalThis);';
  const script =
    "async ({ one }) => { throw new Error(['Buffer', 'process', 'URL'].filter((n) => one.names().includes(n))) }";
  expect(await problems(source, script)).toEqual(['the bundle does not work with web globals alone: Error: URL']);
});

it('gives the size of each entry, and what the script says', async () => {
  const root = await tree({ 'one.ts': 'export const a = 1;' });
  const { notes } = await checkBrowserBundle({ one: './one.ts' }, root, "async ({ one }) => 'a is ' + one.a");
  expect(notes).toHaveLength(2);
  expect(notes?.[1]).toBe('a is 1');
  expect(notes?.[0]).toMatch(/^\.\/one\.ts: 0\.\d KiB minified, 0\.\d KiB gzipped$/);
});

it('bundles what needs an SDK, whatever that looks for, and finds fault with what only Node can load', async () => {
  const root = await tree({
    'good.ts': "export * from 'left';",
    'bad.ts': "export { readFile } from 'node:fs';",
    'node_modules/left/package.json': '{ "name": "left", "exports": "./index.js" }',
    'node_modules/left/index.js': "export const a = typeof process === 'undefined';",
  });
  expect((await checkBundles({ good: './good.ts' }, root)).problems).toEqual([]);
  const [problem] = (await checkBundles({ bad: './bad.ts' }, root)).problems;
  expect(problem).toContain('node:fs');
});
