import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTarball, type Tarball } from './tarball.ts';

/** The part of a package's document that is read. */
interface Document {
  readonly versions: Readonly<
    Record<string, { readonly dist: { readonly tarball: string; readonly integrity: string } }>
  >;
}

/**
 * What a registry hands out for a version, checked against the digest that it gives to clients.
 *
 * @param folder Where the tarball is put.
 */
export async function registryTarball(
  registry: string,
  name: string,
  version: string,
  folder: string,
): Promise<Tarball> {
  const document = (await (await fetch(`${registry}/${name.replace('/', '%2f')}`)).json()) as Document;
  const dist = document.versions[version]?.dist;
  if (dist === undefined) throw new Error(`the registry has no ${name} ${version}`);
  const bytes = new Uint8Array(await (await fetch(dist.tarball)).arrayBuffer());
  const digest = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (digest !== dist.integrity) throw new Error(`${name} ${version} is not what its digest says`);
  const file = join(folder, `${name.replace(/\W+/g, '-')}-${version}.tgz`);
  await writeFile(file, bytes);
  return await readTarball(file);
}
