import { join } from 'node:path';
import { RunFailed, run } from '@icechunk-tooling/processes';
import type { Check } from './check.ts';
import { repositoryFiles } from './repository-files.ts';

const MODULES = join(import.meta.dirname, '../node_modules');

/** Every relative link and every anchor in the Markdown files leads somewhere. */
export const links: Check = {
  name: 'links',
  async run(root) {
    const files = (await repositoryFiles(root)).filter((file) => file.endsWith('.md'));
    if (files.length === 0) return { problems: ['no Markdown file was found'] };
    return { problems: await deadLinks(root, files), notes: [`${files.length} Markdown files`] };
  },
};

/** @see https://github.com/remarkjs/remark-validate-links (seen 2026-11) */
async function deadLinks(root: string, files: readonly string[]): Promise<readonly string[]> {
  const cli = join(MODULES, 'remark-cli/cli.js');
  const plugin = `${join(MODULES, 'remark-validate-links/index.js')}=repository:false`;
  const args = [cli, ...files, '--frail', '--quiet', '--no-stdout', '--no-config', '--no-color', '--use', plugin];
  try {
    await run(process.execPath, args, { cwd: root });
    return [];
  } catch (error) {
    if (!(error instanceof RunFailed) || error.output === '') throw error;
    return [error.output];
  }
}
