import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { alone } from '../src/alone.ts';
import { tree } from './tree.ts';

async function problems(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = await tree(files);
  execFileSync('git', ['init', '--quiet', root]);
  return (await alone.run(root)).problems;
}

// Put together here, so that this file itself stays clean.
const host = ['registry', 'npmjs', 'org'].join('.');

it.each([
  `const path = '${['', 'home', 'someone', 'x'].join('/')}';`,
  `cd ${['', 'tmp', 'x'].join('/')}`,
  `"${['', 'work', 'main'].join('/')}"`,
  `PATH=bin:${['', 'home', 'someone', 'bin'].join('/')}`,
  `open ${['', 'Users', 'someone'].join('/')}`,
  `dir ${['C:', 'Users', 'someone'].join('\\')}`,
  `file://${['', 'root', '.npmrc'].join('/')}`,
  `https://${host}/left-pad`,
  `registry=http://${['verdaccio', 'corp', 'example'].join('.')}`,
])('finds %s, with its line', async (line) => {
  const found = await problems({ 'docs/a.md': `# A\n\n${line}\n` });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^docs\/a\.md:3 names /);
});

it.each(['only', 'skip', 'skipIf', 'runIf', 'todo'])(
  'finds a test that %s keeps from running, in tests alone',
  async (word) => {
    const text = `it.each([1])${`.${word}`}('works', () => {});\n`;
    const found = await problems({ 'test/a.test.ts': text, 'src/a.ts': text });
    expect(found).toEqual(['test/a.test.ts:1 names a test that is left out, or that leaves out the others']);
  },
);

it('finds a host in the lockfile that it would allow elsewhere', async () => {
  const found = await problems({
    'pnpm-lock.yaml': 'tarball: https://example.com/a.tgz\n',
    'a.md': 'https://example.com\n',
  });
  expect(found).toEqual(['pnpm-lock.yaml:1 names a host in the lockfile']);
});

it('has nothing against relative paths, other folders, and what git ignores', async () => {
  const text = "'./tmp/x' '../work/x' 'packages/home/x' '/data/x' 'https://example.com/work/x' 'a/root/b'\n";
  const ignored = ['', 'home', 'someone'].join('/');
  expect(await problems({ 'a.ts': text, '.gitignore': 'dist/\n', 'dist/a.ts': `'${ignored}/x'` })).toEqual([]);
});
