import { join } from 'node:path';
import { pnpm, run } from '@icechunk-tooling/processes';
import { publicPackages } from './public-packages.ts';
import { readTarball, type Tarball } from './tarball.ts';

/** Compiles every published package, those that have not changed since excepted. */
export async function build(root: string): Promise<void> {
  const projects = (await publicPackages(root)).map(({ dir }) => join(dir, 'tsconfig.build.json'));
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects], { cwd: root });
}

/**
 * Packs every published package as it would be uploaded, each after those that it depends on.
 *
 * @param folder Where the tarballs go; made where it is missing.
 */
export async function pack(root: string, folder: string): Promise<readonly Tarball[]> {
  const packages = await publicPackages(root);
  const wanted = packages.flatMap(({ manifest }) => ['--filter', manifest.name]);
  const said = await pnpm(['--recursive', ...wanted, 'pack', '--pack-destination', folder, '--json'], { cwd: root });
  const packed = JSON.parse(said) as Packed | readonly Packed[];
  const files = new Map([packed].flat().map(({ name, filename }) => [name, filename]));
  return await Promise.all(packages.map(({ manifest: { name } }) => readTarball(join(folder, fileOf(files, name)))));
}

/** The part of what `pnpm pack --json` says that is read. */
interface Packed {
  readonly name: string;
  readonly filename: string;
}

function fileOf(files: ReadonlyMap<string, string>, name: string): string {
  const file = files.get(name);
  if (file === undefined) throw new Error(`pnpm pack left out ${name}`);
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
