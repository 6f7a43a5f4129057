import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverNamedIn } from '@icechunk-tooling/servers';
import { CORE, type PublishedPackage, specifiersOf } from './packages.ts';
import { importedPackages, installCommands, snippetsOf } from './readme.ts';

/** A package that is installed alone, and what is done with it there. */
export interface Subject {
  readonly of: PublishedPackage;
  readonly specifiers: readonly string[];
  /** TypeScript, run as it stands, each in an empty folder. */
  readonly programs: readonly string[];
  /** Every snippet of its README that imports nothing else: compiled. */
  readonly snippets: readonly string[];
  /** Whether it is bundled, and compiled without Node's types. */
  readonly forBrowsers: boolean;
}

const FOR_BROWSERS = [CORE, '@icechunk/storage-memory'];
const OF_CORE = join(import.meta.dirname, '../programs/core.ts');

/**
 * What is tried of a package alone: the first snippet of its README, and the first that talks to a server, if the first does not.
 * Core, whose snippets need a backend or the engine, has a program of its own in their place.
 *
 * @throws Error Where the README does not say that installing the package, with core or without, is enough, or its first snippet
 * needs more than the package.
 */
export async function subjectOf(of: PublishedPackage): Promise<Subject> {
  const all = snippetsOf(of.readme);
  const snippets = all.filter((snippet) => importedPackages(snippet).every((name) => name === of.name));
  checkInstall(of);
  if (of.name !== CORE && (all[0] === undefined || all[0] !== snippets[0]))
    throw new Error(`${of.name}: the first snippet of its README imports more than ${of.name}, or there is none`);
  const served = snippets.find((snippet) => serverNamedIn(snippet));
  const programs = of.name === CORE ? [await readFile(OF_CORE, 'utf8')] : [snippets[0], served];
  return {
    of,
    specifiers: specifiersOf(of.manifest),
    programs: [...new Set(programs)].filter((program) => program !== undefined),
    snippets,
    forBrowsers: FOR_BROWSERS.includes(of.name),
  };
}

function checkInstall({ name, readme }: PublishedPackage): void {
  const [first = []] = installCommands(readme);
  if (!first.includes(name) || first.some((wanted) => wanted !== name && wanted !== CORE))
    throw new Error(
      `${name}: its README's section Install begins with ${JSON.stringify(first)}, expected the package alone`,
    );
}
