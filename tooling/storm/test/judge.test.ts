import { describe, expect, it } from 'vitest';
import type { CommitRead } from '../src/commit.ts';
import { judgeCommits, judgeWrites } from '../src/judge.ts';
import type { StormOutcome } from '../src/plan.ts';

const plan = { workers: 2, writes: 2, kills: 0, stops: 0, disturbances: 0, toleratedFailures: 0 };

const fine: StormOutcome = {
  acknowledged: [
    { name: 'a', snapshotId: 'S1', lostRaces: 0 },
    { name: 'b', snapshotId: 'S2', lostRaces: 1 },
  ],
  failed: [],
  unanswered: [],
  killed: 0,
  stopped: 0,
  disturbed: 0,
  events: {},
  failures: [],
  plan,
};
const log: readonly CommitRead[] = [
  { id: 'S2', message: 'b', cells: [98] },
  { id: 'S1', message: 'a', cells: [97] },
];
const failed = { name: 'c', stage: 'commit', reason: 'it broke', mayHaveLanded: true } as const;
const disturbed = { ...fine, disturbed: 3, plan: { ...plan, disturbances: 3 } };

describe('judgeCommits', () => {
  it('finds nothing where every commit is there', () => {
    expect(judgeCommits(fine, log)).toEqual([]);
  });

  it.each<[string, readonly CommitRead[], string[]]>([
    ['a lost commit', log.slice(1), ['b was acknowledged and is lost']],
    ['a doubled commit', [{ id: 'S3', message: 'a', cells: [97] }, ...log], ['a is there twice']],
    [
      'a doubled snapshot',
      [{ id: 'S1', message: 'a', cells: [97] }, ...log],
      ['a is there twice', 'snapshot S1 is there twice'],
    ],
    [
      'a wrong snapshot',
      [{ id: 'S9', message: 'b', cells: [98] }, ...log.slice(1)],
      ['b was acknowledged as S2 and is S9'],
    ],
    ['a wrong cell', [{ id: 'S2', message: 'b', cells: [99] }, ...log.slice(1)], ['b holds [99]']],
    ['a missing cell', [{ id: 'S2', message: 'b', cells: [] }, ...log.slice(1)], ['b holds []']],
    [
      'an unreadable cell',
      [{ id: 'S2', message: 'b', cells: 'gone' }, ...log.slice(1)],
      ['b holds no readable cells: gone'],
    ],
    [
      'a foreign commit',
      [{ id: 'S3', message: 'x', cells: [120] }, ...log],
      ['x is there, and nobody can have written it'],
    ],
  ])('finds %s', (_, planted, findings) => {
    expect(judgeCommits(fine, planted)).toEqual(findings);
  });

  it('finds wrong cells in a commit that nobody was told of, too', () => {
    const planted = [{ id: 'S3', message: 'c', cells: [1] }, ...log];
    expect(judgeCommits({ ...fine, unanswered: ['c'] }, planted)).toEqual(['c holds [1]']);
  });
});

describe('judgeWrites', () => {
  it('lets the write that a killed worker was at be there or not, and once at most', () => {
    const outcome = { ...fine, unanswered: ['c'] };
    expect(judgeWrites(outcome, ['a', 'b'])).toEqual([]);
    expect(judgeWrites(outcome, ['a', 'b', 'c'])).toEqual([]);
    expect(judgeWrites(outcome, ['a', 'b', 'c', 'c'])).toEqual(['c is there twice']);
  });

  it('finds failures, and none where they are tolerated, whether or not they landed', () => {
    const outcome = { ...fine, failed: [failed] };
    const tolerant = { ...outcome, plan: { ...plan, toleratedFailures: 1 } };
    for (const landed of [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]) {
      expect(judgeWrites(outcome, landed)).toEqual(['c failed (commit): it broke']);
      expect(judgeWrites(tolerant, landed)).toEqual([]);
    }
  });

  it('finds a failure that is there, where it failed before it could be', () => {
    const outcome = { ...fine, failed: [{ ...failed, mayHaveLanded: false }], plan: { ...plan, toleratedFailures: 1 } };
    expect(judgeWrites(outcome, ['a', 'b', 'c'])).toEqual(['c is there, and nobody can have written it']);
  });

  it('takes a commit that is in its own way for no failure where an answer can have been lost, and where it is there', () => {
    const rebased = { ...failed, stage: 'rebase' } as const;
    expect(judgeWrites({ ...disturbed, failed: [rebased] }, ['a', 'b', 'c'])).toEqual([]);
    const finding = ['c failed (rebase): it broke'];
    expect(judgeWrites({ ...disturbed, failed: [rebased] }, ['a', 'b'])).toEqual(finding);
    expect(judgeWrites({ ...fine, failed: [rebased] }, ['a', 'b', 'c'])).toEqual(finding);
  });

  it('finds a conflict that had landed where no answer can have been lost', () => {
    const acknowledged = [...fine.acknowledged.slice(1), { name: 'a', lostRaces: 1, landedAsConflict: true } as const];
    expect(judgeWrites({ ...fine, acknowledged }, ['a', 'b'])).toEqual(['a landed, and was answered as a conflict']);
    expect(judgeWrites({ ...disturbed, acknowledged }, ['a', 'b'])).toEqual([]);
  });

  it.each<[string, Partial<StormOutcome>]>([
    ['1 of 3 workers were killed', { killed: 1, plan: { ...plan, kills: 3 } }],
    ['no worker was stopped', { plan: { ...plan, stops: 3 } }],
    ['1 of 3 disturbances took place', { disturbed: 1, plan: { ...plan, disturbances: 3 } }],
    ['2 of 3 writes were acknowledged', { plan: { ...plan, writes: 3 } }],
    [
      'no write came in the way of another',
      { acknowledged: fine.acknowledged.map((one) => ({ ...one, lostRaces: 0 })) },
    ],
    ['process w1 ended with 1', { failures: ['process w1 ended with 1'] }],
  ])('finds that %s', (finding, changed) => {
    expect(judgeWrites({ ...fine, ...changed }, ['a', 'b'])).toEqual([finding]);
  });
});
