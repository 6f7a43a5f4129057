import { localFilesystemStorage } from '../../src/index.ts';
import { outcomeOf } from './outcome.ts';

// Writes more than the process may, which fails in the middle of the bytes as a full disk does.
const [folder = ''] = process.argv.slice(2);
const storage = localFilesystemStorage(folder);
const data = new Uint8Array(3_000_000).fill(1);
const outcomes = {
  overwrite: await outcomeOf(async () => (await storage.putObject('a/b', data)).kind),
  create: await outcomeOf(async () => (await storage.putObject('x/y', data, { condition: { kind: 'create' } })).kind),
  small: await outcomeOf(async () => (await storage.putObject('small', data.subarray(0, 5))).kind),
};
process.stdout.write(JSON.stringify(outcomes));
