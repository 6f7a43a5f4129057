import { localFilesystemStorage } from '../../src/index.ts';
import { idsOf } from '../ids-of.ts';
import { outcomeOf } from './outcome.ts';

// Rights do not bind root: it becomes nobody.
if (process.getuid?.() === 0) {
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}
const [folder = ''] = process.argv.slice(2);
const storage = localFilesystemStorage(folder);
const data = new TextEncoder().encode('new');
const outcomes = {
  readable: await outcomeOf(async () => new TextDecoder().decode(await (await storage.getObject('open/a')).bytes())),
  unreadable: await outcomeOf(async () =>
    new TextDecoder().decode(await (await storage.getObject('open/secret')).bytes()),
  ),
  put: await outcomeOf(async () => (await storage.putObject('open/a', data)).kind),
  create: await outcomeOf(
    async () => (await storage.putObject('open/new', data, { condition: { kind: 'create' } })).kind,
  ),
  newFolder: await outcomeOf(async () => (await storage.putObject('other/new', data)).kind),
  copy: await outcomeOf(async () => (await storage.copyObject('open/a', 'open/copy')).kind),
  delete: await outcomeOf(async () => {
    const { failures } = await storage.deleteObjects('open', [{ id: 'a', sizeBytes: 1 }]);
    if (failures[0]) throw failures[0].error;
    return 'deleted';
  }),
  list: await outcomeOf(async () => (await idsOf(storage)).join(' ')),
};
process.stdout.write(JSON.stringify(outcomes));
