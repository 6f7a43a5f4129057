import { describe, expect, it } from 'vitest';
import { checkHarness } from '../../src/conformance/check-harness.ts';
import type { ConformanceHarness } from '../../src/conformance/harness.ts';
import { HarnessError } from '../../src/conformance/harness-error.ts';
import { caseThat, fakeHarness } from './fake-harness.ts';

const cases = [caseThat('put.create')];

async function complaint(harness: unknown): Promise<string> {
  const error = await checkHarness(harness as ConformanceHarness, cases).then(
    () => undefined,
    (err: unknown) => err,
  );
  expect(error).toBeInstanceOf(HarnessError);
  return (error as Error).message;
}

describe('checkHarness', () => {
  it('passes a sound harness and leaves nothing behind', async () => {
    const place = new Map();
    await checkHarness(fakeHarness({ skip: { 'put.create': 'known' }, limits: { manyObjects: 10 } }, place), cases);
    expect(place.size).toBe(0);
  });

  it.each([
    ['what is no object', undefined, 'takes an object'],
    ['a missing name', fakeHarness({ name: '' }), '`name` takes'],
    ['a missing open', { name: 'x' }, '`open` takes a function'],
    ['an openSecond that is no function', { ...fakeHarness(), openSecond: true }, '`openSecond` takes a function'],
    ['a close that is no function', { ...fakeHarness(), close: 1 }, '`close` takes a function'],
    ['faults that are no boolean', { ...fakeHarness(), faults: 'yes' }, '`faults` takes true or false'],
    ['no object for the cases of many', fakeHarness({ limits: { manyObjects: 0 } }), '`limits.manyObjects` takes'],
    ['half an object for the cases of many', fakeHarness({ limits: { manyObjects: 1.5 } }), '`limits.manyObjects`'],
  ])('refuses %s', async (_, harness, says) => {
    expect(await complaint(harness)).toContain(says);
  });

  it('refuses to skip a case that does not exist, and to skip without a reason', async () => {
    expect(await complaint(fakeHarness({ skip: { 'put.creates': 'known' } }))).toContain(
      '`skip` names "put.creates", and there is no such case',
    );
    expect(await complaint(fakeHarness({ skip: { 'put.create': '' } }))).toContain('the reason why "put.create"');
  });

  it('refuses a capability that does not exist and says which there are', async () => {
    const says = await complaint({ ...fakeHarness(), capabilities: { orderedLists: true } });
    expect(says).toContain('names "orderedLists"');
    for (const known of ['conditionalCreate', 'userMetadata', 'orderedList', 'contentEtags', 'multipart'])
      expect(says).toContain(known);
    expect(await complaint({ ...fakeHarness(), capabilities: { orderedList: 'yes' } })).toContain(
      '`capabilities.orderedList` takes true or false',
    );
  });

  it("takes a client's capabilities as they are", async () => {
    const capabilities = { orderedList: true, storageClasses: false, maxDeleteBatch: 1_000 };
    await checkHarness({ ...fakeHarness(), capabilities } as ConformanceHarness, cases);
  });
});
