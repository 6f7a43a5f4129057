import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { timeLimit } from '../../src/conformance/time-limit.ts';

const source = (name: string): string => JSON.stringify(join(import.meta.dirname, '../../src/conformance', name));

/** What a process says that has nothing to wait for but what the script waits for. */
async function output(script: string): Promise<string> {
  const args = ['--input-type=module-typescript', '--eval', script];
  return (await promisify(execFile)(process.execPath, args)).stdout.trim();
}

it('tells of a case that hangs also where nothing else keeps the process', async () => {
  const script = `
    const { runCase } = await import(${source('run.ts')});
    const storage = { close: async () => {} };
    const one = { id: 'get.hangs', requires: [], run: () => new Promise(() => {}) };
    console.log((await runCase({ name: 'any', open: () => storage }, one, 1, { caseTimeoutMs: 50 })).reason);`;
  expect(await output(script)).toBe('hangs: no end after 50 ms');
});

it('does not hold the process once it is released', async () => {
  const script = `
    const { timeLimit } = await import(${source('time-limit.ts')});
    const limit = timeLimit(100_000_000);
    limit.release();
    console.log(process.getActiveResourcesInfo().includes('Timeout'));`;
  expect(await output(script)).toBe('false');
});

it('says how long it was', async () => {
  const { signal } = timeLimit(1);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'no end after 1 ms' });
});
