import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Every README that a reader may copy from, relative to the root: the repository's, the packages' and the examples'. */
export function readmes(root: string): readonly string[] {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .sort()
      .map((name) => `${parent}/${name}`),
  );
  return ['README.md', ...folders.map((folder) => `${folder}/README.md`)].filter((file) =>
    existsSync(join(root, file)),
  );
}
