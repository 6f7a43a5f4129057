import { rm } from 'node:fs/promises';
import { pnpm, run } from '@icechunk-tooling/processes';

/**
 * A throw-away clone of what HEAD of a repository holds, with what its lockfile names installed, and in a commit of its own the versions
 * that the next release will give. Nothing is taken from the working tree, and no tag, so that nothing counts as released.
 *
 * @param root The repository.
 * @param folder Where the clone goes; what is there is replaced.
 */
export async function makeCheckout(root: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await run('git', ['clone', '--quiet', '--no-tags', root, folder], { cwd: root });
  await pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: folder });
  await pnpm(['exec', 'changeset', 'version'], { cwd: folder });
  await commitAll(folder, 'Version packages');
}

/** Commits whatever has changed in a clone of one's own; where nothing has, the commit is empty. */
export async function commitAll(checkout: string, message: string): Promise<void> {
  const author = ['-c', 'user.name=consumers', '-c', 'user.email=consumers@localhost', '-c', 'commit.gpgSign=false'];
  await run('git', ['add', '--all'], { cwd: checkout });
  await run('git', [...author, 'commit', '--quiet', '--no-verify', '--allow-empty', '-m', message], { cwd: checkout });
}
