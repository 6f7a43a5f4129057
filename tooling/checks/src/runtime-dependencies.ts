import { readFile, realpath } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The fields of a package.json that say what it is and what it brings along. */
interface Installed {
  readonly name: string;
  readonly license?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** What comes along with a package, its own manifest left out. */
export interface RuntimeDependencies {
  readonly manifests: readonly Installed[];
  /** A sentence for each that is not installed here. */
  readonly missing: readonly string[];
}

/**
 * Follows what a package needs at run time, as far as it goes, through what is installed.
 *
 * @param first Its package.json.
 */
export async function runtimeDependencies(first: string): Promise<RuntimeDependencies> {
  const manifests: Installed[] = [];
  const missing: string[] = [];
  const files = new Set([first]);
  // What is added on the way is visited too.
  for (const file of files) {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as Installed;
    if (file !== first) manifests.push(manifest);
    for (const name of needsOf(manifest)) {
      const next = await manifestOf(name, file);
      if (next) files.add(next);
      else missing.push(`${name}, which ${manifest.name} needs, is not installed`);
    }
  }
  return { manifests, missing };
}

/** A peer that is not optional is installed by npm and pnpm as if it were a dependency. */
function needsOf({
  dependencies,
  optionalDependencies,
  peerDependencies,
  peerDependenciesMeta,
}: Installed): readonly string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

/** @param dependent The file that the name is looked up from. */
async function manifestOf(name: string, dependent: string): Promise<string | undefined> {
  try {
    const file = findPackageJSON(name, pathToFileURL(dependent));
    // pnpm puts what a package needs beside its real folder.
    return file && (await realpath(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
