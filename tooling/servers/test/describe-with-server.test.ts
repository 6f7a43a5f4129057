import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithServer } from '../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'describe-with-server-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly exitCode: number;
  /** Each test's title, with those of the groups around it, and its status. */
  readonly tests: Readonly<Record<string, string>>;
  readonly output: string;
}

// A run of vitest on fixtures/groups.ts, as on a developer's machine or in CI.
const run = async (ci: string): Promise<Outcome> => {
  const config = join(folder, `${ci}.config.mjs`);
  const report = join(folder, `${ci}.json`);
  await writeFile(
    config,
    `export default { test: {
      root: ${JSON.stringify(import.meta.dirname)}, include: ['fixtures/groups.ts'],
      reporters: ['default', 'json'], outputFile: { json: ${JSON.stringify(report)} } } };`,
  );
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const env = { ...process.env, CI: ci };
  const [exitCode, output] = await new Promise<[number, string]>((resolve) => {
    const child = execFile(process.execPath, [vitest, 'run', '--config', config], { env }, (_, out, err) =>
      resolve([child.exitCode ?? -1, out + err]),
    );
  });
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
  };
  const tests = testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => [[...ancestorTitles, title].join(' > '), status]),
  );
  return { exitCode, output, tests: Object.fromEntries(tests) };
};

const RUN = {
  'a server that is there > has it running': 'passed',
  'has stopped it after': 'passed',
  'goes on with what needs none': 'passed',
};

it('reports tests as skipped, with the reason and the mend, where the server is missing', async () => {
  const { exitCode, tests, output } = await run('');
  expect(tests, output).toEqual({
    ...RUN,
    'a server that is missing > skipped: no such server here: get one > asks it': 'skipped',
  });
  expect(exitCode).toBe(0);
});

it('fails in CI where the server is missing', async () => {
  const { exitCode, tests, output } = await run('true');
  expect(tests, output).toEqual({ ...RUN, 'a server that is missing > has its server': 'failed' });
  expect(output).toContain('no such server here: get one');
  expect(exitCode).toBe(1);
});

describeWithServer('azurite', 'describeWithServer', (server) => {
  const readEarly = (): string => server.url;
  let thrown: unknown;
  try {
    readEarly();
  } catch (err) {
    thrown = err;
  }

  it('says that a server was read before it ran', () => {
    expect(String(thrown)).toContain('the server runs only during tests and hooks: url was read too early');
  });
});
