import { describe, expect, it } from 'vitest';
import type { ConformanceHarness, OpenContext } from '../../src/conformance/harness.ts';
import { HarnessError } from '../../src/conformance/harness-error.ts';
import { type CaseResult, runCase, runCases } from '../../src/conformance/run.ts';
import { caseThat, failing, fakeHarness, fakeStorage } from './fake-harness.ts';

const never = (): Promise<void> => new Promise(() => {});

async function all(results: AsyncIterable<CaseResult>): Promise<CaseResult[]> {
  const found: CaseResult[] = [];
  for await (const result of results) found.push(result);
  return found;
}

describe('runCase', () => {
  it('passes a case that ends, and fails one that rejects, with its message', async () => {
    expect(await runCase(fakeHarness(), caseThat('put.a'), 1)).toMatchObject({ id: 'put.a', outcome: 'pass' });
    const failed = await runCase(fakeHarness(), failing('put.b', 'two won'), 1);
    expect(failed).toMatchObject({ outcome: 'fail', reason: 'Error: two won' });
    expect(failed.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('gives each case a prefix of its own', async () => {
    const prefixes: string[] = [];
    const open = (context: OpenContext) => {
      prefixes.push(context.prefix);
      return fakeStorage(new Map(), context);
    };
    for (const id of ['put.a', 'put.a', 'put.b']) await runCase(fakeHarness({ open }), caseThat(id), 1);
    expect(new Set(prefixes).size).toBe(3);
  });

  it('gives a case the numbers that the seed decides, others to each case and each seed', async () => {
    const numbers = async (id: string, seed: number): Promise<number[]> => {
      const drawn: number[] = [];
      await runCase(
        fakeHarness(),
        caseThat(id, async ({ random }) => void drawn.push(random.next(), random.next())),
        seed,
      );
      return drawn;
    };
    expect(await numbers('put.a', 7)).toEqual(await numbers('put.a', 7));
    expect(await numbers('put.a', 7)).not.toEqual(await numbers('put.a', 8));
    expect(await numbers('put.a', 7)).not.toEqual(await numbers('put.b', 7));
  });

  it('skips by the list, tries all the same, and says whether it would pass', async () => {
    const harness = fakeHarness({ skip: { 'put.a': 'a known fault', 'put.b': 'no longer a fault' } });
    const skipped = { outcome: 'skip', reason: 'a known fault', wouldPass: false };
    expect(await runCase(harness, failing('put.a'), 1)).toMatchObject(skipped);
    expect(await runCase(harness, caseThat('put.b'), 1)).toMatchObject({ outcome: 'skip', wouldPass: true });
  });

  it('skips what the backend lacks by declaration, and says whether it would pass', async () => {
    const harness = fakeHarness({ capabilities: { orderedList: false } });
    expect(await runCase(harness, caseThat('list.order', undefined, ['orderedList']), 1)).toMatchObject({
      outcome: 'skip',
      missing: 'orderedList',
      reason: 'the backend declares that it has no `orderedList`',
      wouldPass: true,
    });
  });

  it('skips what the harness cannot do, and does not try it', async () => {
    let tried = 0;
    const one = (requires: 'faults' | 'second') => caseThat('put.a', async () => void tried++, [requires]);
    const harness = fakeHarness({ faults: false });
    const withoutFaults = await runCase(harness, one('faults'), 1);
    expect(withoutFaults).toMatchObject({ outcome: 'skip', missing: 'faults' });
    expect(await runCase(harness, one('second'), 1)).toMatchObject({ outcome: 'skip', missing: 'second' });
    expect(withoutFaults).not.toHaveProperty('wouldPass');
    expect(tried).toBe(0);
  });

  it.each([
    ['run', fakeHarness(), caseThat('put.a', never)],
    ['open', fakeHarness({ open: () => new Promise<never>(() => {}) }), caseThat('put.a')],
  ])('ends a case that hangs in its %s', async (_, harness, one) => {
    expect(await runCase(harness, one, 1, { caseTimeoutMs: 20 })).toMatchObject({
      outcome: 'fail',
      reason: 'hangs: no end after 20 ms',
    });
  });

  it('ends a case whose storage hangs when it is closed, and fails one whose storage does not close', async () => {
    const closing = (close: () => Promise<void>): ConformanceHarness =>
      fakeHarness({ open: (context) => Object.assign(fakeStorage(new Map(), context), { close }) });
    const refusing = closing(() => Promise.reject(new Error('still open')));
    const hung = await runCase(closing(never), caseThat('put.a'), 1, { caseTimeoutMs: 20 });
    expect(hung).toMatchObject({ outcome: 'fail', reason: 'hangs: no end after 20 ms' });
    const refused = await runCase(refusing, caseThat('put.a'), 1);
    expect(refused).toMatchObject({ outcome: 'fail', reason: 'closing failed: Error: still open' });
    expect(await runCase(refusing, failing('put.a', 'two won'), 1)).toMatchObject({ reason: 'Error: two won' });
  });

  it('closes the storages of a case that failed', async () => {
    let storage: Awaited<ReturnType<ConformanceHarness['open']>> | undefined;
    const open = (context: OpenContext) => {
      storage = fakeStorage(new Map(), context);
      return storage;
    };
    await runCase(fakeHarness({ open }), failing('put.a'), 1);
    await expect(storage?.canWrite()).rejects.toMatchObject({ kind: 'closed' });
  });

  it('rejects with the reason of the signal, and calls the case neither passed nor failed', async () => {
    const controller = new AbortController();
    const one = caseThat('put.a', async () => {
      controller.abort(new Error('enough'));
      await never();
    });
    await expect(runCase(fakeHarness(), one, 1, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('runCases', () => {
  it('yields the results in the order of the cases', async () => {
    const cases = [caseThat('put.b'), failing('put.a'), caseThat('put.c')];
    const results = await all(runCases(fakeHarness(), cases));
    expect(results.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['put.b pass', 'put.a fail', 'put.c pass']);
  });

  it('runs only what the filter takes', async () => {
    const cases = [caseThat('put.a'), caseThat('put.b')];
    const results = await all(runCases(fakeHarness(), cases, { filter: (one) => one.id === 'put.b' }));
    expect(results.map((one) => one.id)).toEqual(['put.b']);
  });

  it('checks the harness before any case runs', async () => {
    let ran = 0;
    const results = runCases(fakeHarness({ name: '' }), [caseThat('put.a', async () => void ran++)]);
    await expect(all(results)).rejects.toBeInstanceOf(HarnessError);
    expect(ran).toBe(0);
  });

  it('is ended by its signal between and within cases, and closes the harness', async () => {
    const controller = new AbortController();
    let closed = 0;
    const seen: string[] = [];
    const harness = fakeHarness({ close: () => void closed++ });
    const cases = [caseThat('put.a'), caseThat('put.b'), caseThat('put.c')];
    const run = async (): Promise<void> => {
      for await (const { id } of runCases(harness, cases, { signal: controller.signal })) {
        seen.push(id);
        if (id === 'put.b') controller.abort(new Error('enough'));
      }
    };
    await expect(run()).rejects.toThrow('enough');
    expect(seen).toEqual(['put.a', 'put.b']);
    expect(closed).toBe(1);
  });

  it('closes the harness once, also where its user leaves the loop', async () => {
    let closed = 0;
    const harness = fakeHarness({ close: () => void closed++ });
    await all(runCases(harness, [caseThat('put.a'), failing('put.b')]));
    expect(closed).toBe(1);
    for await (const _ of runCases(harness, [caseThat('put.a'), caseThat('put.b')])) break;
    expect(closed).toBe(2);
  });
});
