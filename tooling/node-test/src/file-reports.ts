import { resolve } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** The part of vitest's JSON report that the sum of all tests reads. */
export interface Report {
  readonly testResults: readonly {
    /** The test file. */
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly assertionResults: readonly TestReport[];
  }[];
}

/** What became of one test. */
interface TestReport {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'todo';
}

type TestResult = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

interface FileReport {
  readonly results: TestResult[];
  /** Its process has told how many tests it had. */
  hasEnded: boolean;
}

/**
 * What is known of each test file by its events.
 *
 * A file whose process tells no sum is failed: Node reports one that exits in the middle of its tests, or has none, as one
 * test that passed.
 */
export class FileReports {
  readonly #files = new Map<string, FileReport>();
  // A result names the file that defines its test, which need not be the test file. Node tells of one test file after the
  // other: what has come since the last one's end is the next one's.
  #results: TestResult[] = [];

  /** Takes the next event of a run. */
  add(event: TestEvent): void {
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      this.#results.push(event);
      if (event.data.file && isOfFile(event)) this.#end(event.data.file);
    }
    if (event.type === 'test:summary' && event.data.file) this.#end(event.data.file).hasEnded = true;
  }

  /** What was seen; to be asked for when the run is over. */
  report(): Report {
    if (this.#results.length > 0) this.#end('tests of no file');
    const testResults = [...this.#files].map(([name, { results, hasEnded }]) => ({
      name,
      status: hasEnded && !results.some(isFailure) ? ('passed' as const) : ('failed' as const),
      // What is no test is a suite: what happens in it is told of its tests.
      assertionResults: results.filter((one) => one.data.details.type === 'test' && !isOfFile(one)).map(testReport),
    }));
    return { testResults };
  }

  #end(file: string): FileReport {
    const report = this.#files.get(file) ?? { results: [], hasEnded: false };
    this.#files.set(file, report);
    report.results.push(...this.#results);
    this.#results = [];
    return report;
  }
}

/** Node tells of a file that fails as a whole, or has no test, as of a test of that name at its very beginning. */
function isOfFile({ data }: TestResult): boolean {
  return data.nesting === 0 && data.line === 1 && data.column === 1 && resolve(data.name) === data.file;
}

function isFailure({ type, data }: TestResult): boolean {
  return type === 'test:fail' && data.todo === undefined;
}

function testReport(result: TestResult): TestReport {
  const { name, skip, todo } = result.data;
  if (isFailure(result)) return { fullName: name, status: 'failed' };
  if (todo !== undefined) return { fullName: name, status: 'todo' };
  return { fullName: name, status: skip === undefined ? 'passed' : 'skipped' };
}
