import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The fields of a package.json that consumers go by. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package that a release publishes. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** Absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Its text; empty where there is none. */
  readonly readme: string;
}

/** The package that every other depends on. */
export const CORE = '@icechunk/storage-core';

/** What a checkout of the repository publishes, ordered by folder. */
export async function packagesOf(checkout: string): Promise<readonly PublishedPackage[]> {
  const names = (await readdir(join(checkout, 'packages'))).sort();
  const packages = await Promise.all(names.map((name) => packageAt(join(checkout, 'packages', name))));
  return packages.filter(({ manifest }) => !manifest.private);
}

async function packageAt(folder: string): Promise<PublishedPackage> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const readme = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '');
  return { name: manifest.name, version: manifest.version, folder, manifest, readme };
}

/** What of a package can be imported: `@icechunk/storage-core`, `@icechunk/storage-core/icechunk` and so on. */
export function specifiersOf({ name, exports = {} }: Manifest): readonly string[] {
  return Object.keys(exports).map((path) => name + path.slice(1));
}
