import type { Installed } from './installed.ts';
import { CORE, type Manifest } from './packages.ts';

/**
 * What is wrong with what one package brought along: another backend, an SDK that is another's, a dependency that is missing, more
 * than one core, or anything at all where it depends on core alone.
 *
 * @param own The package that was installed, and nothing else.
 * @param all Every package of the repository: what they depend on and `own` does not is an SDK that is not its own, and so is what
 * they take as an optional peer.
 * @returns Sentences; none where all is well.
 */
export function contentsProblems(
  own: Manifest,
  all: readonly Manifest[],
  installed: readonly Installed[],
): readonly string[] {
  const names = new Set(installed.map(({ name }) => name));
  const needed = [own.name, ...Object.keys(own.dependencies ?? {})];
  const foreign = foreignFamilies(own, all);
  const needsNothing = needed.every(isOurs);
  const cores = installed.filter(({ name }) => name === CORE);
  return [
    ...needed.filter((name) => !names.has(name)).map((name) => `${name} is not installed`),
    ...[...names].filter((name) => isOurs(name) && !needed.includes(name)).map((name) => `${name} is another backend`),
    ...[...names].filter((name) => foreign.has(familyOf(name))).map((name) => `${name} is another backend's`),
    ...[...names]
      .filter((name) => needsNothing && !isOurs(name))
      .map((name) => `${name} is not among its dependencies`),
    ...(cores.length > 1
      ? [`core is there ${cores.length} times: ${cores.map(({ version }) => version).join(', ')}`]
      : []),
  ];
}

/** The families of what the packages need of others, without those that one of them needs itself. */
function foreignFamilies(own: Manifest, all: readonly Manifest[]): ReadonlySet<string> {
  const families = all.flatMap(({ dependencies, peerDependencies }) =>
    thirdParties({ ...dependencies, ...peerDependencies }),
  );
  const owned = thirdParties(own.dependencies ?? {});
  return new Set(families.filter((family) => !owned.includes(family)));
}

function thirdParties(dependencies: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(dependencies)
    .filter((name) => !isOurs(name))
    .map(familyOf);
}

/** The scope, since an SDK is many packages of one; the name, where there is none. */
function familyOf(name: string): string {
  return name.split('/')[0] ?? name;
}

function isOurs(name: string): boolean {
  return name.startsWith('@icechunk/');
}
