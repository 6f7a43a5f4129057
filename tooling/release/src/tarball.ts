import { readFile } from 'node:fs/promises';
import { createPackageFromTarballData, type Package } from '@arethetypeswrong/core';
import type { PublicManifest } from './public-packages.ts';

/** A packed package, read. */
export interface Tarball {
  readonly file: string;
  readonly manifest: PublicManifest;
  /** Bytes of the tarball itself. */
  readonly packedBytes: number;
  /** Bytes of all files in it together. */
  readonly unpackedBytes: number;
  /** The text of each file, by its path in the package: `dist/index.js`. */
  readonly files: ReadonlyMap<string, string>;
  /** The tarball as the checkers of packages take it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a tarball into memory, as whoever installs it would find it. */
export async function readTarball(file: string): Promise<Tarball> {
  const bytes = new Uint8Array(await readFile(file));
  const files = filesOf(createPackageFromTarballData(bytes));
  const manifest = JSON.parse(files.get('package.json') ?? '{}') as PublicManifest;
  const unpackedBytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return { file, manifest, packedBytes: bytes.byteLength, unpackedBytes, files, bytes };
}

function filesOf(packed: Package): Map<string, string> {
  const prefix = `/node_modules/${packed.packageName}/`;
  return new Map(packed.listFiles().map((path) => [path.slice(prefix.length), packed.readFile(path)]));
}
