import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, pack, type Tarball } from '@icechunk-tooling/release';

const packed = new Map<string, Promise<readonly Tarball[]>>();

/** What a release would publish of the sources as they are, built and packed once for every check that asks. */
export function packedPackages(root: string): Promise<readonly Tarball[]> {
  const known = packed.get(root) ?? buildAndPack(root);
  packed.set(root, known);
  return known;
}

async function buildAndPack(root: string): Promise<readonly Tarball[]> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-packages-'));
  try {
    await build(root);
    return await pack(root, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
