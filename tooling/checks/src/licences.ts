import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { runtimeDependencies } from './runtime-dependencies.ts';
import { workspacePackages } from './workspace.ts';

/** Where the table is kept, relative to the root. */
const licencesFile = 'docs/licences.md';

/**
 * What may come along with a package under Apache-2.0, with no duty beyond keeping the notices. An expression of several licences is
 * compared as it stands.
 *
 * @see https://www.apache.org/legal/resolved.html#category-a (seen 2026-11)
 */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

/** Whatever a published package brings along is under a licence that is allowed, and stands in the table of `docs`. */
export const licences: Check = {
  name: 'licences',
  async run(root) {
    const { dependencies, missing } = await readLicences(root);
    const problems = [...missing];
    for (const { name, licence, broughtBy } of dependencies) {
      if (!ALLOWED.includes(licence))
        problems.push(`${name}, of ${broughtBy.join(' and ')}: ${licence} is not allowed`);
    }
    const kept = await readFile(join(root, licencesFile), 'utf8').catch(() => undefined);
    if (kept !== pageOf(dependencies))
      problems.push(`${licencesFile} is not what comes along now: pnpm licences writes it`);
    return { problems, notes: [`${dependencies.length} dependencies at run time`] };
  },
};

/** Writes the table anew. */
export async function writeLicences(root: string): Promise<void> {
  await writeFile(join(root, licencesFile), pageOf((await readLicences(root)).dependencies));
}

/** What comes along with published packages: two where two versions of it have two licences. */
interface Dependency {
  readonly name: string;
  readonly licence: string;
  /** The published packages that bring it, without their scope. */
  readonly broughtBy: readonly string[];
}

interface Licences {
  readonly dependencies: readonly Dependency[];
  readonly missing: readonly string[];
}

async function readLicences(root: string): Promise<Licences> {
  const published = (await workspacePackages(root)).filter(({ manifest }) => manifest.private !== true);
  const own = new Set(published.map(({ manifest }) => manifest.name));
  const found = new Map<string, { name: string; licence: string; broughtBy: string[] }>();
  const problems: string[] = [];
  for (const { dir, manifest } of published) {
    const short = manifest.name.replace(/^@icechunk\//, '');
    const { manifests, missing } = await runtimeDependencies(join(root, dir, 'package.json'));
    problems.push(...missing.map((sentence) => `${dir}: ${sentence}`));
    for (const { name, license } of manifests.filter((one) => !own.has(one.name))) {
      const licence = typeof license === 'string' ? license : 'a licence that its package.json does not name';
      const dependency = found.get(`${name} ${licence}`) ?? { name, licence, broughtBy: [] };
      if (!dependency.broughtBy.includes(short)) dependency.broughtBy.push(short);
      found.set(`${name} ${licence}`, dependency);
    }
  }
  const byName = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return { dependencies: byName.map(([, dependency]) => dependency), missing: problems };
}

function pageOf(dependencies: readonly Dependency[]): string {
  const rows = dependencies.map(({ name, licence, broughtBy }) => `| ${name} | ${licence} | ${broughtBy.join(', ')} |`);
  return `${HEAD}\n${rows.join('\n')}\n`;
}

const HEAD = `# Licences

What the published packages bring along at run time, directly or through others, with the licence that its own package.json names.
\`pnpm licences\` writes this page; \`pnpm checks\` compares it, and refuses a licence that is not on the list in
\`tooling/checks/src/licences.ts\`. A client that a caller passes in, such as \`@google-cloud/storage\`, is the caller's own.

| package | licence | brought by |
|---|---|---|`;
