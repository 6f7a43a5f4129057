import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Pages beside the READMEs whose blocks of TypeScript are run. The others hold none, or excerpts. */
const PAGES = ['docs/writing-a-backend.md'];

/**
 * Every page that a reader may copy from, relative to the root: the READMEs of the repository, the packages and the examples, and guides.
 */
export function readmes(root: string): readonly string[] {
  const folders = ['packages', 'examples'].flatMap((parent) =>
    readdirSync(join(root, parent))
      .sort()
      .map((name) => `${parent}/${name}`),
  );
  return ['README.md', ...PAGES, ...folders.map((folder) => `${folder}/README.md`)].filter((file) =>
    existsSync(join(root, file)),
  );
}
