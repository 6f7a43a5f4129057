import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { readTarball, type Tarball } from '../src/tarball.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, '../../..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder of the test's own, which is deleted after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-test-'));
  folders.push(folder);
  return folder;
}

/** Writes files, with the folders that they are in. */
export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What git says in a folder. */
export function git(folder: string, ...args: readonly string[]): string {
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgSign=false'];
  return execFileSync('git', [...author, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Writes files and commits all that changed. */
export function commit(folder: string, files: Files): void {
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'change');
}

/** A repository with one commit. */
export function repositoryOf(files: Files): string {
  const folder = temporaryFolder();
  git(folder, 'init', '--quiet', '--initial-branch=main');
  commit(folder, files);
  return folder;
}

/** A repository of one package that can be built, packed and published. */
export function publishableRepository(version: string, files: Files = {}): string {
  const folder = repositoryOf({
    '.gitignore': 'node_modules\ndist\n',
    'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    'package.json': JSON.stringify({ name: 'tree', private: true }),
    LICENSE: GOOD['LICENSE'],
    'packages/one/README.md': GOOD['README.md'],
    'packages/one/package.json': JSON.stringify({ ...GOOD_MANIFEST, version }),
    'packages/one/src/index.ts': GOOD['src/index.ts'],
    'packages/one/tsconfig.build.json': JSON.stringify({ compilerOptions: COMPILER, include: ['src'] }),
    ...files,
  });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'node_modules/typescript'), join(folder, 'node_modules/typescript'));
  return folder;
}

const COMPILER = {
  target: 'es2022',
  module: 'nodenext',
  types: [],
  rootDir: 'src',
  outDir: 'dist',
  declaration: true,
  declarationMap: true,
  sourceMap: true,
  composite: true,
  tsBuildInfoFile: 'dist/.tsbuildinfo',
};

export const GOOD_MANIFEST = {
  name: '@icechunk/one',
  version: '1.2.3',
  type: 'module',
  license: 'Apache-2.0',
  sideEffects: false,
  files: ['dist', 'src', '!dist/.tsbuildinfo'],
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
};

/** The files of a package that nothing is to be said against. */
export const GOOD = {
  'package.json': JSON.stringify(GOOD_MANIFEST),
  LICENSE: '                                 Apache License\n                           Version 2.0, January 2004\n',
  'README.md': '# one\n',
  'src/index.ts': 'export const one: number = 1;\n',
  'dist/index.js': 'export const one = 1;\n//# sourceMappingURL=index.js.map\n',
  'dist/index.js.map': '{"version":3,"sources":["../src/index.ts"],"names":[],"mappings":"AAAA"}',
  'dist/index.d.ts': 'export declare const one: number;\n//# sourceMappingURL=index.d.ts.map\n',
  'dist/index.d.ts.map': '{"version":3,"sources":["../src/index.ts"],"names":[],"mappings":"AAAA"}',
} as const;

/** A real tarball of these files, read. */
export async function tarballOf(files: Files): Promise<Tarball> {
  const folder = temporaryFolder();
  write(join(folder, 'package'), files);
  execFileSync('tar', ['-czf', 'packed.tgz', 'package'], { cwd: folder });
  return await readTarball(join(folder, 'packed.tgz'));
}
