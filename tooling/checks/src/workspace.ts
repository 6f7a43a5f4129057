import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The fields of a package.json that the checks read. */
interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of this repository. */
export interface WorkspacePackage {
  /** Relative to the root, with `/`: `packages/storage-core`. */
  readonly dir: string;
  readonly manifest: Manifest;
}

/** The folders that hold packages, as pnpm-workspace.yaml says. */
const PARENTS = ['packages', 'tooling', 'examples'];

/** Every package of the repository, ordered by folder. */
export async function workspacePackages(root: string): Promise<readonly WorkspacePackage[]> {
  const found = await Promise.all(PARENTS.map((parent) => packagesIn(root, parent)));
  return found.flat();
}

async function packagesIn(root: string, parent: string): Promise<WorkspacePackage[]> {
  const names = await readdir(join(root, parent)).catch(emptyWhereMissing);
  const read = names.sort().map(async (name): Promise<WorkspacePackage[]> => {
    const dir = `${parent}/${name}`;
    const text = await readFile(join(root, dir, 'package.json'), 'utf8').catch(() => undefined);
    return text === undefined ? [] : [{ dir, manifest: JSON.parse(text) as Manifest }];
  });
  return (await Promise.all(read)).flat();
}

/** Every file under a folder of the repository, relative to that folder, with `/`; none where there is no such folder. */
export async function filesUnder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(emptyWhereMissing);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => file.slice(folder.length + 1).replaceAll('\\', '/')).sort();
}

function emptyWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
