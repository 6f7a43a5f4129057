import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { filesUnder, workspacePackages } from './workspace.ts';

const PAGE = 'CONTRIBUTING.md';

/** The tree in CONTRIBUTING.md names every package and no other, and its tables name no file that there is not. */
export const contributing: Check = {
  name: 'contributing',
  async run(root) {
    const page = await readFile(join(root, PAGE), 'utf8');
    const named = foldersIn(page);
    // Examples stand there as one.
    const dirs = (await workspacePackages(root)).map(({ dir }) => dir).filter((dir) => !dir.startsWith('examples/'));
    const tables = tablesIn(page);
    const strangers = await Promise.all(tables.map((table) => strangersOf(root, table)));
    return {
      problems: [
        ...dirs.filter((dir) => !named.includes(dir)).map((dir) => `the tree in ${PAGE} lacks ${dir}`),
        ...named
          .filter((dir) => !dirs.includes(dir))
          .map((dir) => `the tree in ${PAGE} has ${dir}, which is no package`),
        ...strangers.flat(),
      ],
      notes: [`${named.length} folders, ${tables.length} tables`],
    };
  },
};

/** `packages/storage-fs` and so on: what is indented below the two folders that hold packages. */
function foldersIn(page: string): readonly string[] {
  const tree = /^```\n((?:.*\n)*?)```/m.exec(page.slice(page.indexOf('## The tree')))?.[1] ?? '';
  const folders: string[] = [];
  let parent = '';
  for (const line of tree.split('\n')) {
    const [, indent = '', name = ''] = /^( *)([\w-]+)\/(?:\s|$)/.exec(line) ?? [];
    if (name !== '' && indent === '') parent = name;
    else if (name !== '' && ['packages', 'tooling'].includes(parent)) folders.push(`${parent}/${name}`);
  }
  return folders;
}

/** A table of the files in one folder. */
interface FileTable {
  readonly folder: string;
  readonly names: readonly string[];
}

function tablesIn(page: string): readonly FileTable[] {
  const tables = page.matchAll(/^Inside `([\w-]+\/src)`.*\n\n((?:\|.*\n)+)/gm);
  return [...tables].map(([, folder = '', rows = '']) => {
    const cells = rows.split('\n').map((row) => row.split('|')[1] ?? '');
    const names = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    return { folder: `packages/${folder}`, names };
  });
}

async function strangersOf(root: string, { folder, names }: FileTable): Promise<readonly string[]> {
  const files = await filesUnder(join(root, folder));
  const isThere = (name: string): boolean =>
    files.some((file) => (name.endsWith('/') ? file.startsWith(name) : file === `${name}.ts`));
  return names
    .filter((name) => !isThere(name))
    .map((name) => `${PAGE} tells of ${name} in ${folder}, which there is not`);
}
