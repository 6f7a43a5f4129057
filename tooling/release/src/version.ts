import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import { dirtyTree } from './git.ts';
import { refuseFor } from './refusal.ts';
import { unannounced } from './unannounced.ts';

/**
 * Turns the changesets that wait into versions and changelogs, in the working tree and not committed.
 *
 * @throws Refusal Of a dirty tree, or of changes that no changeset names.
 */
export async function version(root: string): Promise<void> {
  refuseFor(await dirtyTree(root));
  refuseFor(await unannounced(root));
  await run(process.execPath, [join(root, 'node_modules/@changesets/cli/bin.js'), 'version'], { cwd: root });
}
