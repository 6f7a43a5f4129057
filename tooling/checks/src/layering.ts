import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import ts from 'typescript';
import type { Check } from './check.ts';
import { filesUnder, type WorkspacePackage, workspacePackages } from './workspace.ts';

const CORE = '@icechunk/storage-core';

/** Packages whose sources may import `node:` modules: the backends of a platform, or on libraries for Node. */
const ON_NODE = ['@icechunk/storage-fs', '@icechunk/storage-gcs'];

/** One import of one file. */
interface Import {
  readonly from: WorkspacePackage;
  /** Relative to the package, for example `src/index.ts`. */
  readonly file: string;
  readonly specifier: string;
}

/** Backends import core and what they declare; core imports nothing; nobody reaches into another package. */
export const layering: Check = {
  name: 'layering',
  async run(root) {
    const packages = await workspacePackages(root);
    const imports = (await Promise.all(packages.map((one) => importsOf(root, one)))).flat();
    const problems = imports.flatMap((one) => {
      const reason = fault(one);
      return reason ? [`${one.from.dir}/${one.file} imports '${one.specifier}': ${reason}`] : [];
    });
    return { problems, notes: [`${imports.length} imports in ${packages.length} packages`] };
  },
};

/** Type-only imports and `import()` are imports too: a declaration file carries them to the user. */
async function importsOf(root: string, from: WorkspacePackage): Promise<Import[]> {
  const files = (await filesUnder(join(root, from.dir))).filter(
    (file) => /\.[cm]?[jt]sx?$/.test(file) && !/(^|\/)(node_modules|dist|generated)\//.test(file),
  );
  const read = files.map(async (file) => {
    const text = await readFile(join(root, from.dir, file), 'utf8');
    return ts
      .preProcessFile(text, true, true)
      .importedFiles.map(({ fileName }) => ({ from, file, specifier: fileName }));
  });
  return (await Promise.all(read)).flat();
}

function fault(one: Import): string | undefined {
  if (one.specifier.startsWith('.')) return relativeFault(one);
  if (/^(@icechunk[\w-]*\/[^/]+)\/(src|dist|test)(\/|$)/.test(one.specifier))
    return "reaches into another package's files";
  return one.from.dir.startsWith('packages/') && one.file.startsWith('src/') ? sourceFault(one) : undefined;
}

function relativeFault({ file, specifier }: Import): string | undefined {
  const target = posix.join(posix.dirname(file), specifier);
  return target.startsWith('..') ? "leaves its package; import the other package's name" : undefined;
}

function sourceFault({ from, specifier }: Import): string | undefined {
  const { name, dependencies, peerDependencies } = from.manifest;
  if (isBuiltin(specifier)) return ON_NODE.includes(name) ? undefined : `${name} must run in a browser`;
  const wanted = packageName(specifier);
  if (name === CORE) return 'core depends on nothing at run time';
  if (wanted.startsWith('@icechunk') && wanted !== CORE) return `of this repository it may import ${CORE} alone`;
  return wanted in { ...dependencies, ...peerDependencies } ? undefined : 'is not among its dependencies';
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
