import { readFile, writeFile } from 'node:fs/promises';
import { conformanceCases } from '@icechunk/storage-core/conformance';
import { describe, expect, it } from 'vitest';
import { expectedFailures } from './planted/expected-failures.ts';
import { casesWithoutFault, faultPage, faultsOf } from './planted/fault-table.ts';
import { memoryHarness } from './planted/plant.ts';
import { plantedFaults } from './planted/planted-faults.ts';
import { failuresOf } from './planted/test-faults.ts';

const page = new URL('../../../docs/conformance-faults.md', import.meta.url);

// Each fault is run by the test beside the file that defines it, so that the files run side by side.
describe('planted faults', () => {
  it('fail nothing where none is planted', async () => {
    expect([...(await failuresOf(memoryHarness('sound')))]).toEqual([]);
  });

  it('have ids of their own, and expectations of nothing else', () => {
    const ids = plantedFaults.map((fault) => fault.id);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(Object.keys(expectedFailures).sort()).toEqual([...ids].sort());
  });

  it('name cases that there are', () => {
    const cases = new Set(conformanceCases.map((one) => one.id));
    const named = [...plantedFaults.map((fault) => fault.caughtBy), ...Object.values(expectedFailures).flat()];
    expect(named.filter((id) => !cases.has(id))).toEqual([]);
  });

  it('name every case: each has a fault of its own', () => {
    const named = new Set(plantedFaults.map((fault) => fault.caughtBy));
    const unnamed = conformanceCases.map((one) => one.id).filter((id) => !named.has(id));
    expect(unnamed).toEqual(Object.keys(casesWithoutFault));
  });

  it('trip every case, but those of which is said why not', () => {
    const untripped = conformanceCases.map((one) => one.id).filter((id) => faultsOf(id, plantedFaults).length === 0);
    expect(untripped).toEqual(Object.keys(casesWithoutFault));
  });

  it('are listed in docs/conformance-faults.md as they are', async () => {
    const text = faultPage(conformanceCases, plantedFaults);
    if (process.env['ICECHUNK_TEST_UPDATE']) await writeFile(page, text);
    expect(await readFile(page, 'utf8')).toBe(text);
  });
});
