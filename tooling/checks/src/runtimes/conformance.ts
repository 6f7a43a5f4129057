import { createStorage, localDefaults, type Storage, withPrefix } from '@icechunk/storage-core';
import { type OpenContext, reportConformance } from '@icechunk/storage-core/conformance';
import { InMemoryClient, InMemoryObjects } from '@icechunk/storage-memory';

// Until the verdict is there: a run that ends before it, with nothing left to wait for, is no success.
process.exitCode = 1;

const objects = new InMemoryObjects();
const lines: string[] = [];

function open({ wrap, prefix, ...options }: OpenContext): Storage {
  const client = wrap(new InMemoryClient(objects));
  return withPrefix(createStorage(client, { defaults: localDefaults, ...options }), prefix);
}

const harness = { name: 'memory', open, openSecond: open, faults: true };
const report = await reportConformance(harness, { write: (line) => lines.push(line) });
if (!report.safeToCommitOn || report.skipped > 0) throw new Error(lines.join('\n'));
console.log('the suite on memory:', lines.at(-1));
process.exitCode = 0;
