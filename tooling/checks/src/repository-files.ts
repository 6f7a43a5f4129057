import { run } from '@icechunk-tooling/processes';

/** Every file that is in the repository or would be if it were added: what .gitignore names is left out. */
export async function repositoryFiles(root: string): Promise<readonly string[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const names = await run('git', args, { cwd: root });
  return names.split('\0').filter(Boolean).sort();
}
