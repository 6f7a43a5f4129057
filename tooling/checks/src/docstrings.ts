import { join } from 'node:path';
import { Application, Logger, LogLevel } from 'typedoc';
import type { Check } from './check.ts';
import { type WorkspacePackage, workspacePackages } from './workspace.ts';

/** What must say what it is: a name of the package, and whatever can be called. Fields may speak for themselves. */
const DOCUMENTED = ['Class', 'Enum', 'Function', 'Interface', 'Method', 'Namespace', 'TypeAlias', 'Variable'] as const;

/**
 * Every name that a package exports and every method of it has a docstring, every `{@link}` leads somewhere, and every
 * type that an exported one refers to is exported as well.
 */
export const docstrings: Check = {
  name: 'docstrings',
  async run(root) {
    const packages = (await workspacePackages(root)).filter(({ dir }) => dir.startsWith('packages/'));
    const found: PackageFindings[] = [];
    for (const one of packages) found.push(await undocumented(root, one));
    return { problems: found.flatMap(({ problems }) => problems), notes: found.map(({ note }) => note) };
  },
};

interface PackageFindings {
  readonly problems: readonly string[];
  readonly note: string;
}

/** The source file of each subpath that a package exports, relative to the root. */
export function entryPoints({ dir, manifest }: WorkspacePackage): string[] {
  return Object.values(manifest.exports ?? {}).flatMap((target) => {
    const source = typeof target === 'string' ? undefined : target['@icechunk/source'];
    return source === undefined ? [] : [join(dir, source)];
  });
}

class Collector extends Logger {
  readonly said: string[] = [];

  override log(message: string, level: Exclude<LogLevel, LogLevel.None>): void {
    super.log(message, level);
    if (level >= LogLevel.Warn) this.said.push(message);
  }
}

async function undocumented(root: string, one: WorkspacePackage): Promise<PackageFindings> {
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
  const project = await app.convert();
  if (project) app.validate(project);
  else collector.said.push('cannot be read');
  const problems = collector.said.map((message) => `${one.dir}: ${message}`);
  return { problems, note: `${one.dir}: ${entryPoints(one).length} entry points` };
}
