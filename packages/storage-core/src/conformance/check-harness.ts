import type { Storage } from '../contract.ts';
import { showError } from './assert.ts';
import type { ConformanceCase } from './case.ts';
import type { ConformanceHarness } from './harness.ts';

/**
 * Finds what is wrong with a harness before a case could fail by it.
 *
 * @throws Error that says what to mend.
 */
export async function checkHarness(harness: ConformanceHarness, cases: readonly ConformanceCase[]): Promise<void> {
  if (typeof harness !== 'object' || harness === null) throw mend('the harness takes an object');
  if (typeof harness.name !== 'string' || harness.name === '') throw mend('`name` takes a non-empty string');
  if (typeof harness.open !== 'function') throw mend('`open` takes a function that gives a Storage');
  checkSkips(harness, cases);
  const storage = await open(harness);
  try {
    await checkPlace(storage);
  } finally {
    await storage.close();
  }
}

function checkSkips({ skip = {} }: ConformanceHarness, cases: readonly ConformanceCase[]): void {
  const ids = new Set(cases.map((one) => one.id));
  for (const [id, reason] of Object.entries(skip)) {
    if (!ids.has(id)) throw mend(`\`skip\` names "${id}", and there is no such case`);
    if (typeof reason !== 'string' || reason === '') throw mend(`\`skip\` takes the reason why "${id}" is skipped`);
  }
}

async function open(harness: ConformanceHarness): Promise<Storage> {
  const prefix = `conformance/check/${crypto.randomUUID()}`;
  try {
    return await harness.open({ prefix, settings: {}, readOnly: false, onEvent: () => {}, wrap: (client) => client });
  } catch (err) {
    throw mend(`\`open\` failed: ${showError(err)}`);
  }
}

async function checkPlace(storage: Storage): Promise<void> {
  const path = 'probe';
  try {
    if (!(await storage.rootIsClean()))
      throw mend('objects lie under a prefix that was made by chance: does `open` use `context.prefix`?');
    await storage.putObject(path, new Uint8Array([1]));
    await storage.deleteObjects('', [{ id: path, sizeBytes: 1 }]);
  } catch (err) {
    if (err instanceof HarnessError) throw err;
    throw mend(`the storage cannot be used: ${showError(err)}`);
  }
}

/** A harness that cannot be run as it is. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
}

function mend(message: string): HarnessError {
  return new HarnessError(`conformance harness: ${message}`);
}
