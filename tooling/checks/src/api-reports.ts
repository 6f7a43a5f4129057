import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '@icechunk-tooling/release';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import type { Check } from './check.ts';
import { type WorkspacePackage, workspacePackages } from './workspace.ts';

/** Where the reports are kept, relative to the root. */
const reportsFolder = 'docs/api';

/** One way into a package, and the report of what it exports. */
interface Entry {
  readonly dir: string;
  /** Of its declarations, once the package is built. */
  readonly declarations: string;
  /** The name of its report. */
  readonly report: string;
}

/**
 * What each package exports stands in a checked-in file, so that whoever reviews a change sees what it does to those who build
 * on it.
 */
export const apiReports: Check = {
  name: 'API reports',
  async run(root) {
    const reports = await readReports(root);
    const problems: string[] = [];
    for (const [name, text] of reports) {
      const kept = await readFile(join(root, reportsFolder, name), 'utf8').catch(() => undefined);
      if (kept === undefined) problems.push(`${reportsFolder}/${name} is missing: pnpm api writes it`);
      else if (kept !== text)
        problems.push(`${reportsFolder}/${name} is not what is exported now: pnpm api writes it anew`);
    }
    for (const file of await readdir(join(root, reportsFolder)).catch(() => [])) {
      if (!reports.has(file)) problems.push(`${reportsFolder}/${file} is of no package`);
    }
    return { problems, notes: [`${reports.size} reports`] };
  },
};

/** Writes every report, and removes those of what is no more. */
export async function writeApiReports(root: string): Promise<void> {
  const reports = await readReports(root);
  await rm(join(root, reportsFolder), { recursive: true, force: true });
  await mkdir(join(root, reportsFolder), { recursive: true });
  for (const [name, text] of reports) await writeFile(join(root, reportsFolder, name), text);
}

/** What every way into every package exports, by the name of its report. */
async function readReports(root: string): Promise<ReadonlyMap<string, string>> {
  const packages = (await workspacePackages(root)).filter(({ dir }) => dir.startsWith('packages/'));
  // The extractor reads declarations, and what was built before may be of other sources.
  await build(root);
  const folder = await mkdtemp(join(tmpdir(), 'api-reports-'));
  try {
    const reports = new Map<string, string>();
    for (const entry of packages.flatMap(entriesOf)) reports.set(entry.report, await readReport(root, folder, entry));
    return reports;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param one Of `exports`, as every package here has them: `"./icechunk": { "types": "./dist/icechunk.d.ts" }`. */
export function entriesOf({ dir, manifest }: WorkspacePackage): Entry[] {
  const short = manifest.name.replace(/^@icechunk\//, '');
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const types = typeof target === 'string' ? undefined : target['types'];
    if (types === undefined) return [];
    const suffix = subpath === '.' ? '' : `.${subpath.slice(2).replaceAll('/', '.')}`;
    return [{ dir, declarations: types, report: `${short}${suffix}.api.md` }];
  });
}

async function readReport(root: string, folder: string, { dir, declarations, report }: Entry): Promise<string> {
  const said: string[] = [];
  const { succeeded } = Extractor.invoke(configOf(join(root, dir), declarations, folder, report), {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === 'error') said.push(message.text);
    },
  });
  if (!succeeded) throw new Error(`${dir}, ${declarations}: ${said.join('; ')}`);
  return await readFile(join(folder, report), 'utf8');
}

function configOf(projectFolder: string, declarations: string, folder: string, report: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(projectFolder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, declarations),
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, include: ['dist'] } },
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temp'),
        // `pnpm checks` looks at docstrings with typedoc, and nothing here is exported that is not public.
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { extractorMessageReporting: { default: { logLevel: 'none' as never } } },
    },
  });
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  skipLibCheck: true,
  types: ['node'],
};
