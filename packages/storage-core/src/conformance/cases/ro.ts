import { check, checkBytes, checkEqual, checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { checkAbsent, checkHolds, listed, read, readBody, readStream, write } from '../objects.ts';

export const roCases: readonly ConformanceCase[] = casesOf('ro', [
  {
    id: 'ro.refuses',
    proves: 'A handle that is opened for reading says so, refuses every write with `read_only`, and sends nothing.',
    why: 'Who only wants to look at a repository must not be able to change it by mistake.',
    async run({ storage: plain, random, openWatched }) {
      const bytes = random.bytes(40);
      const version = await write(plain, 'there', bytes);
      const { storage, client } = await openWatched({ readOnly: true });
      checkEqual(await storage.canWrite(), false, 'what canWrite() says of a handle for reading');
      checkEqual(await plain.canWrite(), true, 'what canWrite() says of the plain handle');
      const data = random.bytes(50);
      const writes = {
        'a put': () => storage.putObject('there', data),
        'a create': () => storage.putObject('new', data, { condition: { kind: 'create' } }),
        'an update': () => storage.putObject('there', data, { condition: { kind: 'update', version } }),
        'a copy': () => storage.copyObject('there', 'new'),
        'a delete': () => storage.deleteObjects('', [{ id: 'there', sizeBytes: 40 }]),
        'a delete of nothing': () => storage.deleteObjects('', []),
      };
      for (const [what, operation] of Object.entries(writes)) await checkRejects(operation(), ['read_only'], what);
      checkEqual(client?.count() ?? 0, 0, 'requests of a handle for reading that was asked to write');
      await checkHolds(plain, 'there', bytes, 'the object after writes that were refused', version);
      await checkAbsent(plain, 'new', 'the target of writes that were refused');
    },
  },
  {
    id: 'ro.reads',
    proves: 'A handle that is opened for reading reads, lists and compares as any other.',
    why: 'Published repositories are read by many who may not write to them.',
    async run({ storage: plain, random, open }) {
      const bytes = random.bytes(5_000);
      const version = await write(plain, 'top/object', bytes);
      await write(plain, 'top/folder/other', random.bytes(10));
      const storage = await open({ readOnly: true });
      await checkHolds(storage, 'top/object', bytes, 'a get', version);
      checkBytes(await readStream((await storage.getObject('top/object')).stream()), bytes, 'a stream');
      const part = await read(storage, 'top/object', { range: { start: 1_000, end: 1_500 } });
      checkBytes(part.bytes, bytes.subarray(1_000, 1_500), 'a range');
      const same = await storage.getObjectConditional('top/object', version);
      checkEqual(same.kind, 'on_latest_version', 'a conditional get of the version that is there');
      const found = await storage.getObjectConditional('top/object', undefined);
      check(found.kind === 'modified', `a conditional get without a version: expected modified, saw ${found.kind}`);
      checkBytes((await readBody(found.object)).bytes, bytes, 'a conditional get');
      checkEqual((await listed(storage, 'top')).sort(), ['folder/other', 'object'], 'a listing');
      checkEqual(await storage.rootIsClean(), false, 'whether the root is clean');
      check(
        (await storage.getObjectLastModified('top/object')) instanceof Date,
        'a time of last change: expected a Date',
      );
      await checkAbsent(storage, 'top/absent', 'a get of a missing object');
      await checkRejects(storage.getObjectLastModified('top/absent'), ['not_found'], 'the time of a missing object');
    },
  },
]);
