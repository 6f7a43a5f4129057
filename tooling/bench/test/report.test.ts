import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeReport } from '../src/report.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-report-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a report is written where no folder is yet, and says with which Node it was measured', async () => {
  const file = join(folder, '.reports/deep/bench.json');
  await writeReport(file, { rounds: 7, rows: [{ case: 'get' }] });
  const text = await readFile(file, 'utf8');
  expect(JSON.parse(text)).toEqual({ node: process.version, rounds: 7, rows: [{ case: 'get' }] });
});
