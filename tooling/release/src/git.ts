import { run } from '@icechunk-tooling/processes';

/** What is not committed, as `git status --porcelain` says it: ` M packages/storage-fs/src/read.ts`. Empty where all is. */
async function uncommitted(root: string): Promise<readonly string[]> {
  return lines(await run('git', ['status', '--porcelain', '--untracked-files=all'], { cwd: root }));
}

/** The reason that a tree with changes gives: what would be published is in no commit. */
export async function dirtyTree(root: string): Promise<readonly string[]> {
  const files = await uncommitted(root);
  if (files.length === 0) return [];
  const shown = files.slice(0, 10).map((line) => line.trim());
  const more = files.length > shown.length ? `, and ${files.length - shown.length} more` : '';
  return [`the tree is dirty: commit or remove ${shown.join(', ')}${more}`];
}

/** How the release of a version is tagged: `@icechunk/storage-fs@1.2.0`, as changesets names it. */
export function tagOf(name: string, version: string): string {
  return `${name}@${version}`;
}

/** Whether there is such a tag in this repository. */
export async function hasTag(root: string, tag: string): Promise<boolean> {
  return lines(await run('git', ['tag', '--list', tag], { cwd: root })).length > 0;
}

/** Tags the commit that is checked out. Without a message, which would ask for the name of somebody. */
export async function addTag(root: string, tag: string): Promise<void> {
  await run('git', ['tag', tag], { cwd: root });
}

/** The newest commit that HEAD and another have in common. */
export async function forkPoint(root: string, other: string): Promise<string> {
  return (await run('git', ['merge-base', other, 'HEAD'], { cwd: root })).trim();
}

/** The files under a folder that are not in HEAD as they were in `base`, relative to the root; all of HEAD's without a base. */
export async function changedFiles(root: string, base: string | undefined, dir: string): Promise<readonly string[]> {
  const args = base === undefined ? ['ls-tree', '-r', '--name-only', 'HEAD'] : ['diff', '--name-only', base, 'HEAD'];
  return lines(await run('git', [...args, '--', dir], { cwd: root }));
}

/** A file as it stands in a commit; undefined where it does not. */
export async function fileAt(root: string, commit: string, path: string): Promise<string | undefined> {
  return await run('git', ['show', `${commit}:${path}`], { cwd: root }).catch(() => undefined);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
