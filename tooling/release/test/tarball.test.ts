import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tarballOf } from './trees.ts';

test('a tarball is read as it is', async () => {
  const manifest = '{"name":"@icechunk/one","version":"1.2.3"}';
  const tarball = await tarballOf({ 'package.json': manifest, 'src/a/b.ts': 'é' });
  expect(tarball.manifest).toEqual({ name: '@icechunk/one', version: '1.2.3' });
  expect([...tarball.files].sort()).toEqual([
    ['package.json', manifest],
    ['src/a/b.ts', 'é'],
  ]);
  expect(tarball.packedBytes).toBe(statSync(tarball.file).size);
  // The manifest, and é in UTF-8.
  expect(tarball.unpackedBytes).toBe(42 + 2);
});
