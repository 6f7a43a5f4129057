import type { ConformanceCase } from './case.ts';
import { type ConformanceHarness, capabilityNames } from './harness.ts';
import { mend } from './harness-error.ts';
import { probeStorage } from './probe-storage.ts';

/**
 * Finds what is wrong with a harness before a case could fail by it: first its fields, then the storage that it opens.
 *
 * @throws HarnessError that says what to mend.
 */
export async function checkHarness(harness: ConformanceHarness, cases: readonly ConformanceCase[]): Promise<void> {
  if (typeof harness !== 'object' || harness === null) throw mend('the harness takes an object');
  if (typeof harness.name !== 'string' || harness.name === '') throw mend('`name` takes a non-empty string');
  if (typeof harness.open !== 'function') throw mend('`open` takes a function that gives a Storage');
  checkFunctions(harness);
  checkLimits(harness);
  checkCapabilities(harness);
  checkSkips(harness, cases);
  await probeStorage(harness);
}

function checkFunctions(harness: ConformanceHarness): void {
  for (const name of ['openSecond', 'close'] as const) {
    const value = harness[name];
    if (value !== undefined && typeof value !== 'function') throw mend(`\`${name}\` takes a function, or is left out`);
  }
  if (harness.faults !== undefined && typeof harness.faults !== 'boolean') throw mend('`faults` takes true or false');
}

function checkLimits({ limits = {} }: ConformanceHarness): void {
  const { manyObjects = 1 } = limits;
  if (!Number.isSafeInteger(manyObjects) || manyObjects < 1)
    throw mend('`limits.manyObjects` takes a whole number from 1');
}

function checkCapabilities({ capabilities = {} }: ConformanceHarness): void {
  const known = capabilityNames.join(', ');
  for (const [name, value] of Object.entries(capabilities)) {
    if (clientOnly.has(name)) continue;
    if (!capabilityNames.includes(name))
      throw mend(`\`capabilities\` names "${name}", and there is no such capability: known are ${known}`);
    if (value !== undefined && typeof value !== 'boolean') throw mend(`\`capabilities.${name}\` takes true or false`);
  }
}

// A harness may hand over a client's capabilities as they are.
const clientOnly: ReadonlySet<string> = new Set(['storageClasses', 'maxDeleteBatch']);

function checkSkips({ skip = {} }: ConformanceHarness, cases: readonly ConformanceCase[]): void {
  const ids = new Set(cases.map((one) => one.id));
  for (const [id, reason] of Object.entries(skip)) {
    if (!ids.has(id)) throw mend(`\`skip\` names "${id}", and there is no such case`);
    if (typeof reason !== 'string' || reason === '') throw mend(`\`skip\` takes the reason why "${id}" is skipped`);
  }
}
