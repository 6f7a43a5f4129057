import { describe, expect, it } from 'vitest';
import { progressLine, reportCases, reportLines, summarise } from '../../src/conformance/report.ts';
import { caseThat, failing, fakeHarness } from './fake-harness.ts';

const run = { name: 'fake', seed: 42, durationMs: 1_234 };
const cases = [caseThat('put.a'), caseThat('cas.create-race'), caseThat('list.order')];

describe('summarise', () => {
  it('counts what became of the cases, and what was not run', () => {
    const report = summarise(run, cases, [
      { id: 'put.a', outcome: 'pass', durationMs: 1 },
      { id: 'cas.create-race', outcome: 'fail', durationMs: 2, reason: 'two won' },
    ]);
    expect(report).toMatchObject({ ...run, passed: 1, failed: 1, skipped: 0, notRun: 1, safeToCommitOn: false });
  });

  it('is plain data', () => {
    const report = summarise(run, cases, [{ id: 'put.a', outcome: 'pass', durationMs: 1 }]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('progressLine', () => {
  it('says what became of a case, and why', () => {
    expect(progressLine({ id: 'put.a', outcome: 'pass', durationMs: 1.6 })).toBe('pass put.a (2 ms)');
    expect(progressLine({ id: 'put.a', outcome: 'fail', durationMs: 0, reason: 'two won' })).toBe(
      'fail put.a (0 ms): two won',
    );
    const skipped = { id: 'put.a', outcome: 'skip', durationMs: 0, reason: 'known', wouldPass: true } as const;
    expect(progressLine(skipped)).toBe('skip put.a (0 ms): known; it would pass');
  });
});

describe('reportLines', () => {
  it('gives a table by group, what did not pass, the verdict, the time and the seed', () => {
    const report = summarise(run, cases, [
      { id: 'put.a', outcome: 'pass', durationMs: 10 },
      { id: 'cas.create-race', outcome: 'fail', durationMs: 5, reason: 'two won' },
      { id: 'list.order', outcome: 'skip', durationMs: 0, reason: 'known' },
    ]);
    expect(reportLines(report)).toEqual([
      '',
      'group  passed  failed  skipped  ms',
      'put         1       0        0  10',
      'cas         0       1        0   5',
      'list        0       0        1   0',
      'all         1       1        1  15',
      '',
      'fail cas.create-race (5 ms): two won',
      'skip list.order (0 ms): known',
      '',
      'fake: not safe to commit on: two writers can both win, see cas.create-race',
      '  but: known: list.order skipped',
      '1 passed, 1 failed, 1 skipped in 1.2 s (seed 42)',
    ]);
  });

  it('says how many cases were left out', () => {
    const report = summarise(run, cases, [{ id: 'put.a', outcome: 'pass', durationMs: 10 }]);
    expect(reportLines(report).slice(-2)).toEqual([
      'fake: no verdict: 1 of 3 cases were run',
      '1 passed, 0 failed, 0 skipped, 2 not run in 1.2 s (seed 42)',
    ]);
  });
});

describe('reportCases', () => {
  it('says each result when it comes, and the rest at the end', async () => {
    const lines: string[] = [];
    const seen: number[] = [];
    const looking = caseThat('cas.b', async () => void seen.push(lines.length));
    const report = await reportCases(fakeHarness(), [caseThat('put.a'), looking], {
      write: (line) => lines.push(line),
      seed: 42,
    });
    expect(lines[0]).toBe('conformance of fake, seed 42');
    expect(lines[1]).toMatch(/^pass put\.a/);
    expect(seen).toEqual([2]);
    expect(lines.at(-2)).toBe('fake: safe to commit on');
    expect(lines.slice(3)).toEqual(reportLines(report));
    expect(report).toMatchObject({ name: 'fake', seed: 42, passed: 2, safeToCommitOn: true });
  });

  it('keeps the order of the cases', async () => {
    const { results } = await reportCases(fakeHarness(), [caseThat('put.b'), failing('put.a'), caseThat('cas.c')]);
    expect(results.map((one) => one.id)).toEqual(['put.b', 'put.a', 'cas.c']);
  });

  it('hands its options on to the run', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(reportCases(fakeHarness(), [caseThat('put.a')], { signal })).rejects.toThrow('enough');
    const { notRun } = await reportCases(fakeHarness(), [caseThat('put.a')], { filter: () => false });
    expect(notRun).toBe(1);
  });
});
