import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The fields of a published package.json that a release reads. */
export interface PublicManifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly repository?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that is published. */
export interface PublicPackage {
  /** Relative to the root: `packages/storage-fs`. */
  readonly dir: string;
  readonly manifest: PublicManifest;
}

/** Every package that is published, each after those that it depends on. */
export async function publicPackages(root: string): Promise<readonly PublicPackage[]> {
  const names = await readdir(join(root, 'packages'));
  const found = await Promise.all(names.sort().map((name) => readPackage(root, `packages/${name}`)));
  return inOrder(found.flat().filter(({ manifest }) => manifest.private !== true));
}

async function readPackage(root: string, dir: string): Promise<PublicPackage[]> {
  const text = await readFile(join(root, dir, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? [] : [{ dir, manifest: JSON.parse(text) as PublicManifest }];
}

// A package must never be in the registry without those that it needs.
function inOrder(packages: readonly PublicPackage[]): PublicPackage[] {
  const ordered = new Set<PublicPackage>();
  const add = (one: PublicPackage, waiting: readonly string[]): void => {
    const { name } = one.manifest;
    if (waiting.includes(name)) throw new Error(`packages depend on each other: ${[...waiting, name].join(' -> ')}`);
    for (const needed of packages) {
      if (!ordered.has(needed) && needs(one, needed)) add(needed, [...waiting, name]);
    }
    ordered.add(one);
  };
  for (const one of packages) add(one, []);
  return [...ordered];
}

function needs({ manifest }: PublicPackage, { manifest: { name } }: PublicPackage): boolean {
  return manifest.dependencies?.[name] !== undefined || manifest.peerDependencies?.[name] !== undefined;
}
