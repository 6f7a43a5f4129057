import type { Tarball } from './tarball.ts';

/** All that a package holds beside what is compiled and its sources. */
const DOCUMENTS: readonly string[] = ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json'];

const TEST = /(?:^|\/)(?:test|tests|__tests__|fixtures)\/|\.(?:test|spec)\.|(?:^|\/)vitest\.config\./;

/** What a tarball has to hold and does not, and what it holds and must not, one sentence each. */
export function contentProblems({ manifest, files }: Tarball): readonly string[] {
  const paths = [...files.keys()].sort();
  return [
    ...paths.filter((path) => TEST.test(path)).map((path) => `${path} is of a test`),
    ...paths.filter(isUnexpected).map((path) => `${path} is neither compiled, nor a source, nor a document`),
    ...missingDocuments(files),
    ...unresolvedRanges(manifest),
  ];
}

function isUnexpected(path: string): boolean {
  return (
    !TEST.test(path) && !/^(?:dist|src)\/(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)+$/.test(path) && !DOCUMENTS.includes(path)
  );
}

function missingDocuments(files: Tarball['files']): string[] {
  const problems: string[] = [];
  if (!/Apache License\s+Version 2\.0/.test(files.get('LICENSE') ?? '')) {
    problems.push('LICENSE is missing, or is not the Apache License 2.0');
  }
  if ((files.get('README.md') ?? '').trim() === '') problems.push('README.md is missing or empty');
  return problems;
}

// npm knows neither: who installs such a package gets an error.
function unresolvedRanges({ dependencies = {}, peerDependencies = {} }: Tarball['manifest']): string[] {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, range]) => /^(?:workspace|catalog|file|link):/.test(range))
    .map(([name, range]) => `package.json asks for ${name} ${range}, which is nothing outside of this repository`);
}
