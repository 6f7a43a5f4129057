import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Report } from '../src/file-reports.ts';

const reporter = join(import.meta.dirname, '../src/reporter.ts');

/** Runs files under `node --test`, and gives the report: for each file its status and those of its tests. */
async function report(
  files: Readonly<Record<string, string>>,
  beside: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'icechunk-node-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries({ ...files, ...beside })) await writeFile(join(folder, name), text);
  // As the packages run it: beside another reporter, and with an exit that waits for nothing.
  const reporters = [
    ['spec', 'stdout'],
    [reporter, 'stderr'],
  ].flatMap(([name, destination]) => [`--test-reporter=${name}`, `--test-reporter-destination=${destination}`]);
  spawnSync(process.execPath, ['--test', '--test-force-exit', ...reporters, ...Object.keys(files)], { cwd: folder });
  const { testResults } = JSON.parse(await readFile(join(folder, '.reports/node-test.json'), 'utf8')) as Report;
  return Object.fromEntries(
    testResults.map(({ name, status, assertionResults }) => [
      basename(name),
      [status, ...assertionResults.map((test) => `${test.fullName}: ${test.status}`)],
    ]),
  );
}

const imports = "import { after, before, describe, it } from 'node:test';\n";

it('tells each test once, and takes suites for none', async () => {
  const source = `${imports}
    it('alone', () => {});
    describe('suite', () => { it('first', () => {}); it('second', () => {}); });
    it('outer', async (t) => { await t.test('inner', () => {}); });`;
  expect(await report({ 'a.test.ts': source })).toEqual({
    'a.test.ts': ['passed', 'alone: passed', 'first: passed', 'second: passed', 'inner: passed', 'outer: passed'],
  });
});

it('tells failures, and what was not run', async () => {
  const source = `${imports}
    it('fails', () => { throw new Error('on purpose'); });
    it('left out', { skip: true }, () => {});
    it('to come', { todo: true });
    it('to be mended', { todo: true }, () => { throw new Error('on purpose'); });`;
  expect(await report({ 'a.test.ts': source, 'b.test.ts': `${imports}it('fine', () => {});` })).toEqual({
    'a.test.ts': ['failed', 'fails: failed', 'left out: skipped', 'to come: todo', 'to be mended: todo'],
    'b.test.ts': ['passed', 'fine: passed'],
  });
});

it('fails a file that fails outside of its tests', async () => {
  const hooks = {
    'before.test.ts': `${imports}describe('suite', () => { before(() => { throw new Error('x'); }); it('one', () => {}); });`,
    'after.test.ts': `${imports}after(() => { throw new Error('x'); }); it('one', () => {});`,
    'suite.test.ts': `${imports}describe('suite', () => { after(() => { throw new Error('x'); }); it('one', () => {}); });`,
  };
  expect(await report(hooks)).toEqual({
    'before.test.ts': ['failed', 'one: failed'],
    'after.test.ts': ['failed', 'one: passed'],
    'suite.test.ts': ['failed', 'one: passed'],
  });
});

it('fails a file that cannot be loaded, holds no test, or ends in the middle of them', async () => {
  const files = {
    'broken.test.ts': "throw new Error('on purpose');",
    'empty.test.ts': 'export {};',
    'exits.test.ts': `${imports}it('one', () => { process.exit(0); }); it('never run', () => {});`,
    'killed.test.ts': `${imports}it('one', () => {}); it('two', () => { process.kill(process.pid, 'SIGKILL'); });`,
  };
  expect(await report(files)).toEqual({
    'broken.test.ts': ['failed'],
    'empty.test.ts': ['failed'],
    'exits.test.ts': ['failed'],
    'killed.test.ts': expect.arrayContaining(['failed']),
  });
});

it('counts a test for the file that runs it, wherever it is defined', async () => {
  const shared = `${imports}export const define = (name) => { it(name, async () => { await new Promise((go) => setTimeout(go, 20)); }); };`;
  const use = (name: string) => `import { define } from './shared.ts'; define('${name} 1'); define('${name} 2');`;
  const folder = { 'a.test.ts': use('a'), 'b.test.ts': use('b'), 'c.test.ts': 'export {};', 'd.test.ts': use('d') };
  expect(await report(folder, { 'shared.ts': shared })).toEqual({
    'a.test.ts': ['passed', 'a 1: passed', 'a 2: passed'],
    'b.test.ts': ['passed', 'b 1: passed', 'b 2: passed'],
    'c.test.ts': ['failed'],
    'd.test.ts': ['passed', 'd 1: passed', 'd 2: passed'],
  });
});
