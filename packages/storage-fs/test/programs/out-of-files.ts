import { type FileHandle, open } from 'node:fs/promises';
import { localFilesystemStorage } from '../../src/index.ts';
import { idsOf } from '../ids-of.ts';
import { outcomeOf } from './outcome.ts';

// Takes every file descriptor that the process may have, tries each operation, gives them back and tries again.
const [folder = ''] = process.argv.slice(2);
const storage = localFilesystemStorage(folder);
const data = new TextEncoder().encode('new');

async function tryAll(): Promise<Record<string, string>> {
  return {
    get: await outcomeOf(async () => new TextDecoder().decode(await (await storage.getObject('a/b')).bytes())),
    put: await outcomeOf(async () => (await storage.putObject('a/b', data)).kind),
    create: await outcomeOf(async () => (await storage.putObject('a/c', data, { condition: { kind: 'create' } })).kind),
    copy: await outcomeOf(async () => (await storage.copyObject('a/b', 'd')).kind),
    list: await outcomeOf(async () => (await idsOf(storage)).join(' ')),
  };
}

const taken: FileHandle[] = [];
for (let full = false; !full; ) {
  await open('/dev/null').then(
    (handle) => taken.push(handle),
    () => {
      full = true;
    },
  );
}
const without = await tryAll();
for (const handle of taken) await handle.close();
process.stdout.write(JSON.stringify({ without, after: await tryAll() }));
