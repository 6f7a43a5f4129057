import { mkdirSync, writeFileSync } from 'node:fs';
import type { TestEvent } from 'node:test/reporters';
import { FileReports } from './file-reports.ts';

const REPORT = '.reports/node-test.json';

/**
 * A reporter of `node --test` that writes the part of vitest's JSON report that is summed to `.reports/node-test.json` in
 * the working folder.
 *
 * Its destination must be no other reporter's: under `--test-force-exit` Node exits as soon as one of them has ended.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/test.html#custom-reporters (seen 2026-11)
 */
export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new FileReports();
  for await (const event of events) files.add(event);
  mkdirSync('.reports', { recursive: true });
  writeFileSync(REPORT, JSON.stringify(files.report()));
  yield `${REPORT} is written\n`;
}
