import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('runs on the Node that the repository brings, not on the one that the machine has', async () => {
  const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  expect(process.versions.node).toBe(manifest.devDependencies.node);
});
