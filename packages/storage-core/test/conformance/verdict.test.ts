import { describe, expect, it } from 'vitest';
import type { CaseResult } from '../../src/conformance/run.ts';
import { judge, type Verdict } from '../../src/conformance/verdict.ts';
import { caseThat } from './fake-harness.ts';

/** The verdict where these came out so and every other case passed. */
function judged(...changed: Omit<CaseResult, 'durationMs'>[]): Verdict {
  const ids = new Set(['put.create', 'cas.counter', 'list.order', ...changed.map((one) => one.id)]);
  const results = [...ids].map((id) => ({
    id,
    outcome: 'pass' as const,
    durationMs: 1,
    ...changed.find((one) => one.id === id),
  }));
  return judge(
    [...ids].map((id) => caseThat(id)),
    results,
  );
}

const fail = (id: string): Omit<CaseResult, 'durationMs'> => ({ id, outcome: 'fail', reason: 'seen otherwise' });

describe('judge', () => {
  it('calls safe what passed everything', () => {
    expect(judged()).toEqual({ safeToCommitOn: true, verdict: 'safe to commit on', cautions: [] });
  });

  it('says what can go wrong and which case tells', () => {
    expect(judged(fail('cas.create-race'))).toMatchObject({
      safeToCommitOn: false,
      verdict: 'not safe to commit on: two writers can both win, see cas.create-race',
    });
    expect(judged(fail('list.order')).safeToCommitOn).toBe(false);
  });

  it('names the gravest first, and every failed case once', () => {
    const ids = ['key.case', 'list.fields', 'lost.create', 'get.roundtrip', 'cas.counter', 'cas.create-race'];
    const { verdict } = judged(...ids.map(fail));
    expect(verdict).toMatch(/^not safe to commit on: two writers can both win, see cas.counter, cas.create-race; /);
    for (const id of ids) expect(verdict.split(id).length).toBe(2);
  });

  it.each(['conditionalCreate', 'conditionalUpdate', 'second'] as const)(
    'is not safe where %s is missing',
    (missing) => {
      const skipped = { id: 'cas.x', outcome: 'skip', reason: 'it has none', missing, wouldPass: true } as const;
      expect(judged(skipped)).toMatchObject({
        safeToCommitOn: false,
        verdict: 'not shown to be safe to commit on: two writers can both win, see cas.x',
      });
    },
  );

  it.each(['faults', 'userMetadata', 'multipart', 'orderedList', 'caseSensitiveKeys', 'flatNamespace'] as const)(
    'is safe without %s, and says what was not shown',
    (missing) => {
      const reason = `there is no ${missing}`;
      const skipped = { id: 'lost.create', outcome: 'skip', reason, missing } as const;
      expect(judged(skipped, { ...skipped, id: 'lost.update' })).toEqual({
        safeToCommitOn: true,
        verdict: 'safe to commit on',
        cautions: [`${reason}: lost.create, lost.update skipped`],
      });
    },
  );

  it('does not let a skip list make a storage safe', () => {
    const listed = { id: 'put.create', outcome: 'skip', reason: 'known', wouldPass: false } as const;
    expect(judged(listed)).toMatchObject({ safeToCommitOn: false });
    expect(judged({ ...listed, wouldPass: true })).toMatchObject({
      safeToCommitOn: true,
      cautions: ['known: put.create skipped (and would pass: put.create)'],
    });
    expect(judged({ ...listed, id: 'list.order' })).toMatchObject({ safeToCommitOn: true });
  });

  it('has none where cases were left out, or there were none', () => {
    const ids = [caseThat('put.a'), caseThat('put.b')];
    const passed = { id: 'put.a', outcome: 'pass', durationMs: 1 } as const;
    expect(judge(ids, [passed])).toMatchObject({ safeToCommitOn: false, verdict: 'no verdict: 1 of 2 cases were run' });
    expect(judge([], []).safeToCommitOn).toBe(false);
  });
});
