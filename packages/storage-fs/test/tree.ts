import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** All that lies under a folder, hidden files too and no link followed: files with their text, folders with `/`. */
export async function treeOf(folder: string, base = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const stat = await lstat(path);
    tree[base + name] = stat.isDirectory()
      ? '/'
      : await (stat.isSymbolicLink() ? readlink(path) : readFile(path, 'utf8'));
    if (stat.isDirectory()) Object.assign(tree, await treeOf(path, `${base}${name}/`));
  }
  return tree;
}
