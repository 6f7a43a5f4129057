import { join } from 'node:path';
import { Application, Logger, LogLevel, ReflectionKind } from 'typedoc';
import type { Check } from './check.ts';
import { type WorkspacePackage, workspacePackages } from './workspace.ts';

/** What must say what it is: a name of the package, and whatever can be called (to typedoc, a function). Fields need not. */
const DOCUMENTED = ['Class', 'Enum', 'Function', 'Interface', 'Namespace', 'TypeAlias', 'Variable'] as const;

const EXPORTED =
  ReflectionKind.ClassOrInterface | ReflectionKind.TypeAlias | ReflectionKind.Function | ReflectionKind.Variable;

/**
 * Every name that a package exports and every method of it has a docstring, every `{@link}` leads somewhere, and every
 * type that an exported one refers to is exported as well.
 */
export const docstrings: Check = {
  name: 'docstrings',
  async run(root) {
    const packages = (await workspacePackages(root)).filter(({ dir }) => dir.startsWith('packages/'));
    const isCore = ({ manifest }: WorkspacePackage): boolean => manifest.name === '@icechunk/storage-core';
    const problems: string[] = [];
    // Core's names come first: the other packages link to them, and an import for a comment's sake does not compile.
    const known = new Set<string>();
    for (const one of [...packages.filter(isCore), ...packages.filter((each) => !isCore(each))]) {
      const { said, names } = await readDocstrings(root, one, known);
      problems.push(...said.map((message) => `${one.dir}: ${message}`));
      for (const name of isCore(one) ? names : []) known.add(name);
    }
    return { problems, notes: [`${packages.length} packages`] };
  },
};

/** The source file of each subpath that a package exports, relative to the root. */
function entryPoints({ dir, manifest }: WorkspacePackage): string[] {
  return Object.values(manifest.exports ?? {}).flatMap((target) => {
    const source = typeof target === 'string' ? undefined : target['@icechunk/source'];
    return source === undefined ? [] : [join(dir, source)];
  });
}

class Collector extends Logger {
  readonly said: string[] = [];

  override log(message: string, level: Exclude<LogLevel, LogLevel.None>): void {
    super.log(message, level);
    // What stands in a type without a name is said where the name is that has it.
    if (level >= LogLevel.Warn && !message.includes('.__type.')) this.said.push(message);
  }
}

interface PackageDocstrings {
  readonly said: readonly string[];
  /** The names that the package exports. */
  readonly names: readonly string[];
}

async function readDocstrings(root: string, one: WorkspacePackage, known: Set<string>): Promise<PackageDocstrings> {
  const app = await Application.bootstrap({
    entryPoints: entryPoints(one).map((file) => join(root, file)),
    tsconfig: join(root, one.dir, 'tsconfig.json'),
    basePath: root,
    disableGit: true,
    sourceLinkTemplate: '{path}',
    // `pnpm types` checks types, with the compiler that builds; this one is older and only reads.
    skipErrorChecking: true,
    excludeExternals: true,
    requiredToBeDocumented: [...DOCUMENTED],
    validation: { notDocumented: true, notExported: true, invalidLink: true, invalidPath: true },
  });
  const collector = new Collector();
  app.logger = collector;
  app.converter.addUnknownSymbolResolver((reference) => {
    const name = reference.symbolReference?.path?.[0]?.path;
    return name !== undefined && known.has(name) ? '#' : undefined;
  });
  const project = await app.convert();
  if (!project) return { said: [...collector.said, 'cannot be read'], names: [] };
  app.validate(project);
  return { said: collector.said, names: project.getReflectionsByKind(EXPORTED).map(({ name }) => name) };
}
