import { expect, test } from 'vitest';
import { sourceMapProblems } from '../src/source-maps.ts';
import { type Files, GOOD, tarballOf } from './trees.ts';

async function problemsWith(files: Files): Promise<readonly string[]> {
  return sourceMapProblems(await tarballOf({ ...GOOD, ...files }));
}

test('maps whose sources are there pass', async () => {
  expect(await problemsWith({})).toEqual([]);
});

test('a map without its source is refused', async () => {
  expect(await problemsWith({ 'dist/index.js.map': '{"version":3,"sources":["../src/gone.ts"]}' })).toEqual([
    'dist/index.js.map leads to src/gone.ts, which is not in it',
  ]);
});

test('a source is looked for under the root that the map names', async () => {
  const map = (sourceRoot: string): Files => ({
    'dist/index.js.map': JSON.stringify({ version: 3, sourceRoot, sources: ['index.ts'] }),
  });
  expect(await problemsWith(map('../src'))).toEqual([]);
  expect(await problemsWith(map('../lib'))).toEqual(['dist/index.js.map leads to lib/index.ts, which is not in it']);
});

test('a source that stands in the map itself need not be there', async () => {
  const map = { version: 3, sources: ['../src/gone.ts', null], sourcesContent: ['export {};'] };
  expect(await problemsWith({ 'dist/index.js.map': JSON.stringify(map) })).toEqual([
    'dist/index.js.map leads to no file, which is not in it',
  ]);
});

test('a compiled file without its map is refused', async () => {
  expect(
    await problemsWith({ 'dist/a.js': 'export {};\n', 'dist/b.js': 'export {};\n//# sourceMappingURL=b.js.map\n' }),
  ).toEqual(['dist/a.js has no source map', 'dist/b.js names dist/b.js.map, which is not in it']);
});
