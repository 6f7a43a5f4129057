import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import {
  findProgram,
  type GoProgram,
  ServerUnavailable,
  type Surroundings,
} from '@icechunk-tooling/servers/go-program';
import type { Check, Findings } from './check.ts';
import { saidBy } from './said-by.ts';
import { filesUnder } from './workspace.ts';

const FOLDER = '.github/workflows';

/** @see https://github.com/rhysd/actionlint (seen 2026-11) */
export const ACTIONLINT: GoProgram = {
  name: 'actionlint',
  onPath: 'actionlint',
  package: 'github.com/rhysd/actionlint/cmd/actionlint',
  version: 'v1.7.12',
  file: 'actionlint',
  installTakes: '1 minute',
};

/**
 * actionlint finds no fault with the workflows, every action is pinned by a commit that a comment names the version of, and a
 * workflow may read the repository and nothing else unless one of its jobs says more.
 */
export const workflows: Check = { name: 'workflows', run: (root) => checkWorkflows(root) };

/** @param surroundings Where actionlint is looked for; this process's own by default. `CI=true` in them makes it a must. */
export async function checkWorkflows(root: string, surroundings?: Surroundings): Promise<Findings> {
  const files = (await filesUnder(join(root, FOLDER)))
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => `${FOLDER}/${file}`);
  if (files.length === 0) return { problems: [`no workflow was found in ${FOLDER}`] };
  const read = files.map(async (file) => faultsOf(file, await readFile(join(root, file), 'utf8')));
  const problems = (await Promise.all(read)).flat();
  const linted = await lint(root, files, surroundings);
  return {
    problems: [...problems, ...linted.problems],
    notes: [`${files.length} workflows`, ...(linted.notes ?? [])],
  };
}

async function lint(root: string, files: readonly string[], surroundings?: Surroundings): Promise<Findings> {
  // What else is on this machine must not decide what is found.
  const args = ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files];
  try {
    await run(await findProgram(ACTIONLINT, surroundings), args, { cwd: root });
    return { problems: [] };
  } catch (error) {
    if (error instanceof ServerUnavailable) {
      const isMust = (surroundings?.env ?? process.env)['CI'] === 'true';
      return isMust ? { problems: [error.message] } : { problems: [], notes: [`NOT LINTED, since ${error.message}`] };
    }
    return { problems: saidBy(error) };
  }
}

function faultsOf(file: string, text: string): string[] {
  const lines = text.split('\n');
  const unpinned = lines.flatMap((line, index) => {
    const [, action = '', rest = ''] = /^[^#]*\buses:\s*["']?([^\s"',}]+)["']?(.*)$/.exec(line) ?? [];
    if (action === '' || action.startsWith('./')) return [];
    const isPinned = /@[0-9a-f]{40}$/.test(action) && /#\s*v\d+\.\d+\.\d+\b/.test(rest);
    return isPinned
      ? []
      : [`${file}:${index + 1} uses ${action}: pin a commit of 40 digits, and say its version, as # v1.2.3`];
  });
  return permissionsOf(lines) === 'contents: read'
    ? unpinned
    : [...unpinned, `${file} must say of itself, for all jobs, permissions: contents: read, and that alone`];
}

/** What a workflow says of all of its jobs. */
function permissionsOf(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line.startsWith('permissions:'));
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^\S/.test(line));
  const block = [lines[start]?.slice('permissions:'.length) ?? '', ...after.slice(0, end < 0 ? undefined : end)];
  return block
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean)
    .join(', ');
}
