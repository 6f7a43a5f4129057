import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, ServerUnavailable } from '@icechunk-tooling/servers/go-program';
import { describe, expect, it } from 'vitest';
import { ACTIONLINT, checkWorkflows } from '../src/workflows.ts';
import { tree } from './tree.ts';

const COMMIT = '11bd71901bbe5b1630ceea73d27597364c9af683';
const PINNED = `actions/checkout@${COMMIT} # v4.2.2`;

const workflow = (uses = PINNED, permissions = 'permissions:\n  contents: read\n', run = 'true'): string =>
  `on: push\n\n${permissions}\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: ${uses}\n      - run: ${run}\n`;

/** A machine that has nothing, or an actionlint that ends like this. */
async function problems(text: string, actionlint = 'exit 0', env: Readonly<Record<string, string>> = {}) {
  const root = await tree({ '.github/workflows/a.yml': text, 'bin/actionlint': `#!/bin/sh\n${actionlint}\n` });
  await chmod(join(root, 'bin/actionlint'), actionlint === '' ? 0o644 : 0o755);
  const surroundings = { env: { PATH: join(root, 'bin'), HOME: root, ...env }, goFolders: [], tell: () => {} };
  return await checkWorkflows(root, surroundings);
}

it.each([
  PINNED,
  `"actions/checkout@${COMMIT}" # v4.2.2`,
  './.github/actions/own',
  `actions/checkout@${COMMIT} # v4.2.2, which needs no token`,
])('has nothing against uses: %s', async (uses) => {
  expect(await problems(workflow(uses))).toEqual({ problems: [], notes: ['1 workflows'] });
});

it.each([
  'actions/checkout@v4',
  'actions/checkout@main # v4.2.2',
  'actions/checkout',
  `actions/checkout@${COMMIT.slice(1)} # v4.2.2`,
  `actions/checkout@${COMMIT}`,
  `actions/checkout@${COMMIT} # v4`,
  `actions/checkout@${COMMIT} # pinned`,
  'docker://alpine:3.20',
])('finds fault with uses: %s', async (uses) => {
  expect((await problems(workflow(uses))).problems).toEqual([
    expect.stringMatching(/^\.github\/workflows\/a\.yml:10 uses \S+: pin a commit/),
  ]);
});

it('does not take a comment for an action', async () => {
  expect((await problems(`# uses: actions/checkout@v4\n${workflow()}`)).problems).toEqual([]);
});

it.each([
  '',
  'permissions: write-all\n',
  'permissions: read-all\n',
  'permissions:\n  contents: write\n',
  'permissions:\n  contents: read\n  id-token: write\n',
  'permissions: {}\n',
])('finds fault with permissions for all jobs: %j', async (permissions) => {
  expect((await problems(workflow(PINNED, permissions))).problems).toEqual([
    '.github/workflows/a.yml must say of itself, for all jobs, permissions: contents: read, and that alone',
  ]);
});

it('does not take the permissions of a job for those of the workflow', async () => {
  const text = `${workflow(PINNED, '')}    permissions:\n      contents: read\n`;
  expect((await problems(text)).problems).toHaveLength(1);
});

it('says what actionlint says, of every workflow', async () => {
  const { problems: found } = await problems(workflow(), 'for last; do :; done; echo "$last: wrong"; exit 1');
  expect(found).toEqual(['.github/workflows/a.yml: wrong']);
});

it('fails where actionlint fails without a word', async () => {
  expect((await problems(workflow(), 'exit 3')).problems).toHaveLength(1);
});

it('says where there is no actionlint that nothing was linted, and fails where it must be there', async () => {
  const missing = 'no actionlint and no Go on this machine: install Go, or put actionlint on PATH';
  expect(await problems(workflow(), '')).toEqual({
    problems: [],
    notes: ['1 workflows', `NOT LINTED, since ${missing}`],
  });
  expect((await problems(workflow(), '', { CI: 'true' })).problems).toEqual([missing]);
  expect((await problems(workflow('actions/checkout@v4'), '')).problems).toHaveLength(1);
});

it('does not pass where it found nothing to read', async () => {
  expect((await checkWorkflows(await tree({ 'a.txt': '' }))).problems).toEqual([
    'no workflow was found in .github/workflows',
  ]);
});

// What cannot be had is not a fault of the check, except where it must be there.
const unavailable = await findProgram(ACTIONLINT).then(
  () => undefined,
  (error: unknown) => {
    if (error instanceof ServerUnavailable && process.env['CI'] !== 'true') return error;
    throw error;
  },
);

describe(unavailable ? `skipped: ${unavailable.message}` : 'actionlint', { skip: unavailable !== undefined }, () => {
  it('finds an expression that names nothing, and has nothing against a workflow that is right', async () => {
    const clean = await tree({ '.github/workflows/a.yml': workflow() });
    expect((await checkWorkflows(clean)).problems).toEqual([]);
    const nonsense = `echo $${'{{ github.nonsense }}'}`;
    const faulty = await tree({ '.github/workflows/a.yml': workflow(PINNED, undefined, nonsense) });
    expect((await checkWorkflows(faulty)).problems).toEqual([
      expect.stringContaining('property "nonsense" is not defined'),
    ]);
  });
});
