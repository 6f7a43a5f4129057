import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import type { Check } from './check.ts';
import { saidBy } from './said-by.ts';

const CLI = join(import.meta.dirname, '../node_modules/knip/bin/knip.js');

/**
 * Every file is reached from somewhere, every export imported, every dependency used and declared, as `knip.jsonc` at the root has
 * it; what stands there for nothing is a problem too.
 *
 * @see https://knip.dev/reference/configuration (seen 2026-11)
 */
export const knip: Check = {
  name: 'knip',
  async run(root) {
    const { FORCE_COLOR: _, ...env } = process.env;
    const options = { cwd: root, env: { ...env, NO_COLOR: '1' } };
    try {
      await run(process.execPath, [CLI, '--no-progress', '--config', 'knip.jsonc'], options);
      return { problems: [] };
    } catch (error) {
      return { problems: saidBy(error) };
    }
  },
};
