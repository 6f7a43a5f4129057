import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesUnder, type WorkspacePackage, workspacePackages } from './workspace.ts';

/** What the test runners counted, and why the count cannot be trusted, where it cannot. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each group or test that was skipped: its package, its name with those of the groups around it, how many tests. */
  readonly skips: readonly string[];
  readonly problems: readonly string[];
}

/** What the runners write into a package's `.reports`, where other things may lie. */
const REPORTS: readonly string[] = ['vitest.json', 'node-test.json'];

const NOTHING: Summary = { passed: 0, failed: 0, skipped: 0, skips: [], problems: [] };

interface AssertionResult {
  readonly status: string;
  readonly ancestorTitles?: readonly string[];
  readonly title?: string;
}

/** The part of vitest's JSON report that is read; `tooling/node-test` writes it of `node:test`. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly AssertionResult[];
  }[];
}

/**
 * Sums the reports of every package that has tests, whichever runners wrote them.
 *
 * A package without a report, reports without a test, and a test file that no report names, are problems. A test file that
 * failed as a whole, since it could not be loaded, holds no test that failed: it counts as one.
 */
export async function summarise(root: string): Promise<Summary> {
  const packages = (await workspacePackages(root)).filter(({ manifest }) => manifest.scripts?.['test'] !== undefined);
  const summaries = await Promise.all(packages.map((one) => summaryOf(root, one)));
  return summaries.reduce(add, NOTHING);
}

/** The line that a run ends with. */
export function summaryLine({ passed, failed, skipped }: Summary): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function summaryOf(root: string, { dir }: WorkspacePackage): Promise<Summary> {
  const reports = join(root, dir, '.reports');
  const files = (await filesUnder(reports)).filter((file) => REPORTS.includes(file));
  if (files.length === 0) return { ...NOTHING, problems: [`${dir} has tests and no report`] };
  const texts = await Promise.all(files.map((file) => readFile(join(reports, file), 'utf8')));
  const testResults = texts.flatMap((text) => (JSON.parse(text) as Report).testResults);
  const statuses = testResults.flatMap(({ status, assertionResults }) => {
    const tests = assertionResults.map((result) => result.status);
    return status === 'failed' && !tests.includes('failed') ? [...tests, 'failed'] : tests;
  });
  const count = (...wanted: string[]): number => statuses.filter((status) => wanted.includes(status)).length;
  const [passed, failed] = [count('passed'), count('failed')];
  const problems = await unreported(root, dir, testResults);
  if (statuses.length === 0) problems.push(`${dir} has a report of no test`);
  // Whatever is neither was not run, under whichever of its names.
  return {
    passed,
    failed,
    skipped: statuses.length - passed - failed,
    skips: skipsOf(dir, testResults),
    problems,
  };
}

/** How a group is titled whose tests are all skipped for one reason, which follows: see tooling/servers. */
const REASON = 'skipped: ';

function skipsOf(dir: string, results: Report['testResults']): string[] {
  const skipped = results
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed');
  const counts = new Map<string, number>();
  for (const result of skipped) {
    const name = groupOf(result);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${dir}: ${name} (${count} skipped)`);
}

function groupOf({ ancestorTitles = [], title = 'a test without a name' }: AssertionResult): string {
  const reason = ancestorTitles.findIndex((group) => group.startsWith(REASON));
  return (reason < 0 ? [...ancestorTitles, title] : ancestorTitles.slice(0, reason + 1)).join(' > ');
}

async function unreported(root: string, dir: string, results: Report['testResults']): Promise<string[]> {
  // A report from the cache may name the folder of another clone.
  const named = new Set(results.map(({ name }) => name.replaceAll('\\', '/').split(`/${dir}/`).at(-1)));
  const files = (await filesUnder(join(root, dir, 'test'))).filter((file) => file.endsWith('.test.ts'));
  const missing = files.map((file) => `test/${file}`).filter((file) => !named.has(file));
  return missing.map((file) => `${dir}/${file} is not in its package's report`);
}

function add(a: Summary, b: Summary): Summary {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    skips: [...a.skips, ...b.skips],
    problems: [...a.problems, ...b.problems],
  };
}

if (import.meta.main) {
  const summary = await summarise(join(import.meta.dirname, '../../..'));
  for (const skip of summary.skips) console.log(skip);
  for (const problem of summary.problems) console.log(problem);
  console.log(summaryLine(summary));
  process.exitCode = summary.failed > 0 || summary.problems.length > 0 ? 1 : 0;
}
