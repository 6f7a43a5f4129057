import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Check } from './check.ts';

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
    const options = { cwd: root, env: { ...env, NO_COLOR: '1' }, maxBuffer: 16 * 1024 * 1024 };
    try {
      await promisify(execFile)(process.execPath, [CLI, '--no-progress', '--config', 'knip.jsonc'], options);
      return { problems: [] };
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trimEnd());
      const problems = lines.filter((line) => line !== '');
      return { problems: problems.length > 0 ? problems : [String(error)] };
    }
  },
};
