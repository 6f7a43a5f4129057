import { describe, expect, it } from 'vitest';
import { defineTests, type TestRunner } from '../../src/conformance/define.ts';
import { caseThat, failing, fakeHarness } from './fake-harness.ts';

/** Keeps what is defined, to be run by hand. */
class Recorder implements TestRunner {
  readonly suites: string[] = [];
  readonly tests = new Map<string, () => Promise<void>>();

  describe = (name: string, body: () => void): void => {
    this.suites.push(name);
    body();
  };

  it = (name: string, body: () => Promise<void>): void => {
    this.tests.set(name, body);
  };

  /** Why the test whose name begins so fails; undefined where it passes. */
  async outcome(start: string): Promise<string | undefined> {
    const found = [...this.tests].find(([name]) => name.startsWith(start));
    if (!found) throw new Error(`no test begins with ${start}`);
    return await found[1]().then(
      () => undefined,
      (err: unknown) => String(err),
    );
  }
}

function defined(
  ...[harness, cases]: [Parameters<typeof defineTests>[1], Parameters<typeof defineTests>[2]]
): Recorder {
  const recorder = new Recorder();
  defineTests(recorder, harness, cases, 42);
  return recorder;
}

describe('defineTests', () => {
  it('names the storage and the seed', () => {
    expect(defined(fakeHarness(), []).suites).toEqual(['conformance of fake (seed 42)']);
  });

  it('makes a test of each case in order, and one of the harness', () => {
    const recorder = defined(fakeHarness(), [caseThat('put.b'), caseThat('put.a')]);
    expect([...recorder.tests.keys()]).toEqual(['the harness can be run', 'put.b: put.b holds', 'put.a: put.a holds']);
  });

  it('fails where the case fails, naming it, the seed and the reason', async () => {
    const recorder = defined(fakeHarness(), [caseThat('put.a'), failing('put.b', 'two won')]);
    expect(await recorder.outcome('put.a')).toBeUndefined();
    expect(await recorder.outcome('put.b')).toBe('Error: put.b (seed 42): Error: two won');
  });

  it('fails where the harness is unsound', async () => {
    expect(await defined(fakeHarness(), []).outcome('the harness')).toBeUndefined();
    expect(await defined(fakeHarness({ name: '' }), []).outcome('the harness')).toContain('`name`');
  });

  it('says in the name of the test that a case is skipped, and why', async () => {
    const harness = fakeHarness({ skip: { 'put.a': 'a known fault' }, capabilities: { orderedList: false } });
    const recorder = defined(harness, [failing('put.a'), caseThat('list.order', undefined, ['orderedList'])]);
    expect([...recorder.tests.keys()].slice(1)).toEqual([
      'put.a: skipped, since a known fault',
      'list.order: skipped, since the backend declares that it has no `orderedList`',
    ]);
    expect(await recorder.outcome('put.a')).toBeUndefined();
  });

  it('fails a case of the skip list that would pass, and not one that the backend lacks by declaration', async () => {
    const harness = fakeHarness({ skip: { 'put.a': 'a known fault' }, capabilities: { orderedList: false } });
    const recorder = defined(harness, [caseThat('put.a'), caseThat('list.order', undefined, ['orderedList'])]);
    expect(await recorder.outcome('put.a')).toContain('put.a is skipped and would pass: take it off the list');
    expect(await recorder.outcome('list.order')).toBeUndefined();
  });

  it('closes the harness after the last case', async () => {
    let closed = 0;
    const recorder = defined(fakeHarness({ close: () => void closed++ }), [caseThat('put.a')]);
    expect([...recorder.tests.keys()].at(-1)).toBe('the harness closes');
    expect(await recorder.outcome('the harness closes')).toBeUndefined();
    expect(closed).toBe(1);
  });
});
