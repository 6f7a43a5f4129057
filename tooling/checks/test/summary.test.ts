import { expect, it } from 'vitest';
import { summarise, summaryLine } from '../src/summary.ts';
import { tree } from './tree.ts';

const MANIFEST = '{ "name": "one", "scripts": { "test": "vitest run" } }';

function report(
  files: Readonly<Record<string, readonly string[]>>,
  failedFiles: readonly string[] = [],
  dir = 'packages/one',
): string {
  const testResults = Object.entries(files).map(([name, statuses]) => ({
    // As from another clone: the cache may have been filled there.
    name: `/elsewhere/${dir}/${name}`,
    status: statuses.includes('failed') || failedFiles.includes(name) ? 'failed' : 'passed',
    assertionResults: statuses.map((status) => ({ status })),
  }));
  return JSON.stringify({ testResults });
}

it('sums the reports of every package with tests', async () => {
  const root = await tree({
    'packages/one/package.json': MANIFEST,
    'packages/one/test/a.test.ts': '',
    'packages/one/test/deep/b.test.ts': '',
    'packages/one/.reports/vitest.json': report({
      'test/a.test.ts': ['passed', 'failed', 'skipped'],
      'test/deep/b.test.ts': ['passed', 'todo', 'pending', 'disabled'],
    }),
    'tooling/two/package.json': MANIFEST,
    'tooling/two/.reports/vitest.json': report({ 'test/c.test.ts': ['passed'] }),
    'tooling/none/package.json': '{ "name": "none" }',
  });
  const summary = await summarise(root);
  expect(summary).toMatchObject({ passed: 3, failed: 1, skipped: 4, problems: [] });
  expect(summaryLine(summary)).toBe('3 passed, 1 failed, 4 skipped');
});

it('sums all reports of a package that has several runners', async () => {
  const root = await tree({
    'examples/one/package.json': '{ "name": "one", "scripts": { "test": "node --test" } }',
    'examples/one/test/a.test.ts': '',
    'examples/one/test/b.test.ts': '',
    'examples/one/.reports/node-test.json': report({ 'test/a.test.ts': ['passed', 'todo'] }, [], 'examples/one'),
    'examples/one/.reports/measured.json': '{ "not": "a report of tests" }',
    'examples/one/.reports/vitest.json': report({ 'test/b.test.ts': ['passed', 'failed'] }, [], 'examples/one'),
  });
  expect(await summarise(root)).toMatchObject({ passed: 2, failed: 1, skipped: 1, problems: [] });
});

it('names what was skipped: by group where the group says why, else test by test', async () => {
  const because = ['on a server', 'skipped: no server here: get one'];
  const testResults = [
    {
      name: '/elsewhere/packages/one/test/a.test.ts',
      status: 'passed',
      assertionResults: [
        { status: 'passed', ancestorTitles: ['on a server'], title: 'runs' },
        { status: 'skipped', ancestorTitles: because, title: 'puts' },
        { status: 'skipped', ancestorTitles: [...because, 'deeper'], title: 'gets' },
        { status: 'todo', ancestorTitles: ['other'], title: 'lists' },
        { status: 'failed', ancestorTitles: ['other'], title: 'fails' },
        { status: 'pending' },
      ],
    },
  ];
  const root = await tree({
    'packages/one/package.json': MANIFEST,
    'packages/one/test/a.test.ts': '',
    'packages/one/.reports/vitest.json': JSON.stringify({ testResults }),
    'tooling/two/package.json': MANIFEST,
    'tooling/two/.reports/vitest.json': report({ 'test/c.test.ts': ['passed', 'skipped'] }),
  });
  expect((await summarise(root)).skips).toEqual([
    'packages/one: on a server > skipped: no server here: get one (2 skipped)',
    'packages/one: other > lists (1 skipped)',
    'packages/one: a test without a name (1 skipped)',
    'tooling/two: a test without a name (1 skipped)',
  ]);
});

it('counts a file that could not be loaded as a failure', async () => {
  const root = await tree({
    'packages/one/package.json': MANIFEST,
    'packages/one/.reports/vitest.json': report({ 'test/a.test.ts': [] }, ['test/a.test.ts']),
  });
  expect((await summarise(root)).failed).toBe(1);
});

it('does not take a missing report for a passed one', async () => {
  const root = await tree({ 'packages/one/package.json': MANIFEST });
  expect((await summarise(root)).problems).toEqual(['packages/one has tests and no report']);
});

it('does not take a report of no test for a passed one', async () => {
  const root = await tree({ 'packages/one/package.json': MANIFEST, 'packages/one/.reports/vitest.json': report({}) });
  expect((await summarise(root)).problems).toEqual(['packages/one has a report of no test']);
});

it('does not take a report of some files for one of all', async () => {
  const root = await tree({
    'packages/one/package.json': MANIFEST,
    'packages/one/test/a.test.ts': '',
    'packages/one/test/b.test.ts': '',
    'packages/one/.reports/vitest.json': report({ 'test/a.test.ts': ['passed'] }),
  });
  expect((await summarise(root)).problems).toEqual(["packages/one/test/b.test.ts is not in its package's report"]);
});
