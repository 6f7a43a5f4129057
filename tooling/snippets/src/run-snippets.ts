import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import type { Snippet } from './extract.ts';

/** Inside this package, so that imports resolve to what it depends on: everything that a snippet may import. */
const PACKAGE = join(import.meta.dirname, '..');

// A snippet that hangs ends before its test does, so that no process is left behind.
const HANG_MS = 50_000;

/** A snippet as a file, named after its README and line. */
export interface SnippetFile extends Snippet {
  readonly file: string;
}

/** Writes the snippets of one README where their imports resolve; what an earlier run left there is gone. */
export async function writeSnippets(readme: string, snippets: readonly Snippet[]): Promise<readonly SnippetFile[]> {
  const folder = join(PACKAGE, 'generated', readme.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase());
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG, undefined, 2));
  return await Promise.all(
    snippets.map(async (snippet) => {
      const file = join(folder, `line-${snippet.line}.ts`);
      await writeFile(file, `${snippet.code}\n`);
      return { ...snippet, file };
    }),
  );
}

// A snippet shows how to get a value and need not use it.
const TSCONFIG = {
  extends: '../../tsconfig.json',
  compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
  include: ['*.ts'],
};

/** Compiles the snippets beside this one, strictly. Rejects with what the compiler says. */
export async function checkTypes({ file }: SnippetFile): Promise<void> {
  const compiler = join(PACKAGE, 'node_modules/typescript/bin/tsc');
  await execute([compiler, '-p', join(file, '../tsconfig.json'), '--noEmit', '--pretty', 'false'], PACKAGE);
}

/**
 * Runs a snippet in an empty folder of its own, which is removed. Rejects where it ends with another code than 0.
 *
 * @param server Has the address that the snippet names stand for a server on this machine.
 */
export async function runSnippet(
  { file, code }: SnippetFile,
  server?: { readonly named: string; readonly url: string },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'icechunk-snippet-'));
  try {
    await execute(['--conditions=@icechunk/source', server ? await readdressed(file, code, server) : file], folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Beside the snippet, where its imports resolve.
async function readdressed(
  file: string,
  code: string,
  { named, url }: { named: string; url: string },
): Promise<string> {
  const other = file.replace(/\.ts$/, '.readdressed.mts');
  await writeFile(other, `${code.replaceAll(named, url)}\n`);
  return other;
}

async function execute(args: readonly string[], cwd: string): Promise<void> {
  await run(process.execPath, args, { cwd, timeoutMs: HANG_MS });
}
