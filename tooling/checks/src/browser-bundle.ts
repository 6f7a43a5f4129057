import { runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, type BuildResult, build } from 'esbuild';
import { bareContext } from './bare-context.ts';
import type { Check, Findings } from './check.ts';

/** Names that only Node has. esbuild replaces a `define` where the name is free, and leaves variables alone. */
const NODE_ONLY = ['Buffer', 'process', 'require', 'global', '__dirname', '__filename', 'setImmediate'];

/** What is measured and run: everything that a page could import of the packages that are for every platform. */
const BROWSER_ENTRIES: Readonly<Record<string, string>> = {
  core: '@icechunk/storage-core',
  icechunk: '@icechunk/storage-core/icechunk',
  memory: '@icechunk/storage-memory',
  conformance: '@icechunk/storage-core/conformance',
};

/** What a page may import as well, with an SDK that looks for Node by itself. */
const CLOUD_ENTRIES: Readonly<Record<string, string>> = {
  s3: '@icechunk/storage-s3',
  azure: '@icechunk/storage-azure',
};

/**
 * Core, the bridge, the memory backend and the conformance suite bundle for a browser, hold nothing of Node, and work with web
 * globals alone: the suite is run on the memory backend there. There is no browser: what runs it is a bare context of `node:vm`.
 */
export const browserBundle: Check = {
  name: 'browser bundle',
  run: async () => {
    const plain = await checkBrowserBundle(BROWSER_ENTRIES, import.meta.dirname, CONFORMANCE);
    const clouds = await checkBundles(CLOUD_ENTRIES, import.meta.dirname);
    return {
      problems: [...plain.problems, ...clouds.problems],
      notes: [...(plain.notes ?? []), ...(clouds.notes ?? [])],
    };
  },
};

/** Bundles each entry with everything that it needs, and runs none: what only Node has, they may use where it is. */
export async function checkBundles(entries: Readonly<Record<string, string>>, folder: string): Promise<Findings> {
  const problems: string[] = [];
  const notes: string[] = [];
  for (const specifier of Object.values(entries)) {
    const { minified, unbuilt } = await bundle({ entry: specifier }, folder);
    if (unbuilt === undefined) notes.push(`${specifier} with its SDK: ${sizes(minified)}`);
    else problems.push(`${specifier}: ${unbuilt}`);
  }
  return { problems, notes };
}

/**
 * Bundles the entries, each alone for its size and all at once to run.
 *
 * @param folder Where the entries' names are resolved.
 * @param script Run after the bundle, with each entry's exports under `bundle.<name>`. A promise of what to note, if
 * anything; rejects on a fault.
 */
export async function checkBrowserBundle(
  entries: Readonly<Record<string, string>>,
  folder: string,
  script: string,
): Promise<Findings> {
  const problems: string[] = [];
  const notes: string[] = [];
  for (const [name, specifier] of Object.entries(entries)) {
    const built = await bundle({ [name]: specifier }, folder);
    problems.push(...built.problems.map((problem) => `${specifier}: ${problem}`));
    notes.push(`${specifier}: ${sizes(built.minified)}`);
  }
  if (problems.length > 0) return { problems, notes };
  const { code } = await bundle(entries, folder);
  try {
    const said: unknown = await runInContext(`${code}\n;(${script})(bundle)`, bareContext());
    if (said !== undefined) notes.push(String(said));
  } catch (error) {
    problems.push(`the bundle does not work with web globals alone: ${String(error)}`);
  }
  return { problems, notes };
}

interface Bundle {
  readonly code: string;
  readonly minified: string;
  readonly problems: readonly string[];
  /** Why there is none, where there is none. */
  readonly unbuilt?: string;
}

async function bundle(entries: Readonly<Record<string, string>>, folder: string): Promise<Bundle> {
  const exports = Object.entries(entries).map(([name, specifier]) => `export * as ${name} from '${specifier}';`);
  const options = {
    stdin: { contents: exports.join('\n'), resolveDir: folder, sourcefile: 'entry.ts', loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'bundle',
    conditions: ['@icechunk/source'],
    define: Object.fromEntries(NODE_ONLY.map((name) => [name, marker(name)])),
    logLevel: 'silent',
  } satisfies BuildOptions;
  try {
    const readable = await build(options);
    const minified = await build({ ...options, minify: true });
    const code = textOf(readable);
    return { code, minified: textOf(minified), problems: [...foreignInputs(readable), ...nodeNames(code)] };
  } catch (error) {
    // A `node:` import ends here: for a browser there is nothing that it could resolve to.
    return { code: '', minified: '', problems: [String(error)], unbuilt: String(error) };
  }
}

function textOf(result: BuildResult<{ write: false }>): string {
  return result.outputFiles.map(({ text }) => text).join('\n');
}

function marker(name: string): string {
  return `__only_in_node_${name}`;
}

function nodeNames(code: string): string[] {
  return NODE_ONLY.filter((name) => code.includes(marker(name))).map((name) => `uses \`${name}\`, which only Node has`);
}

function foreignInputs({ metafile }: BuildResult<{ metafile: true }>): string[] {
  return Object.keys(metafile.inputs)
    .filter((input) => input.includes('node_modules'))
    .map((input) => `bundles ${input}, a dependency at run time`);
}

function sizes(minified: string): string {
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
  return `${kib(Buffer.byteLength(minified))} minified, ${kib(gzipSync(minified).byteLength)} gzipped`;
}

const CONFORMANCE = `async ({ core, memory, conformance }) => {
  const objects = new memory.InMemoryObjects();
  const open = ({ wrap, prefix, ...options }) => {
    const client = wrap(new memory.InMemoryClient(objects));
    return core.withPrefix(core.createStorage(client, { defaults: core.localDefaults, ...options }), prefix);
  };
  const lines = [];
  const harness = { name: 'memory', open, openSecond: open, faults: true };
  const report = await conformance.reportConformance(harness, { write: (line) => lines.push(line) });
  if (!report.safeToCommitOn || report.skipped > 0) throw new Error(lines.join('\\n'));
  return 'the suite on memory: ' + lines.at(-1);
}`;
