import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Every file that is in the repository or would be if it were added: what .gitignore names is left out. */
export async function repositoryFiles(root: string): Promise<readonly string[]> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\0').filter(Boolean).sort();
}
