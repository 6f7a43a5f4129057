import type { PutObjectOptions, Storage } from '../../contract.ts';
import { isSameVersion, type VersionInfo, type WriteCondition } from '../../version.ts';
import { check, checkBytes, checkEqual } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import {
  checkAbsent,
  checkHolds,
  chunksOf,
  read,
  refused,
  remove,
  type SeenObject,
  show,
  updated,
  write,
} from '../objects.ts';

const path = 'object';
const create: PutObjectOptions = { condition: { kind: 'create' } };

/** What a write does, under a condition and without, and what it leaves alone. */
export const putCases: readonly ConformanceCase[] = casesOf('put', [
  {
    id: 'put.create',
    requires: ['conditionalCreate'],
    proves: 'A create where nothing is makes the object.',
    why: 'The first commit of a repository is a create: refused, there is no repository.',
    async run({ storage, random }) {
      const bytes = random.bytes(1_000);
      updated(await storage.putObject(path, bytes, create), 'a create where nothing is');
      await checkHolds(storage, path, bytes, 'what was created');
    },
  },
  {
    id: 'put.overwrite',
    proves: 'A put without a condition replaces the whole object, its bytes and its metadata.',
    why: 'What is left of the old object, a tail or a content type, makes a mixture that nobody wrote.',
    async run({ storage, random, capabilities }) {
      await write(storage, path, random.bytes(5_000), {
        contentType: 'text/plain',
        metadata: { first: 'a', both: 'a' },
      });
      for (const size of [100, 9_000]) {
        const bytes = random.bytes(size);
        await write(storage, path, bytes, { contentType: 'application/json', metadata: { both: 'b' } });
        const seen = await read(storage, path);
        checkBytes(seen.bytes, bytes, `${size} bytes over others`);
        if (!capabilities.userMetadata) continue;
        checkEqual([seen.contentType, seen.metadata], ['application/json', { both: 'b' }], 'content type and metadata');
      }
    },
  },
  {
    id: 'put.create-conflict',
    requires: ['conditionalCreate'],
    proves: 'A create where an object is, even an empty one, is refused and leaves it as it is.',
    why: 'Two processes that make one repository would each believe that it is theirs.',
    async run({ storage, random }) {
      for (const size of [1_000, 0]) {
        await write(storage, path, random.bytes(size), { contentType: 'text/plain', metadata: { who: 'first' } });
        const before = await read(storage, path);
        const options = { ...create, contentType: 'application/json', metadata: { who: 'second' } };
        const what = `a create over ${size} bytes`;
        refused(await storage.putObject(path, random.bytes(500), options), what);
        await checkUntouched(storage, before, what);
      }
    },
  },
  {
    id: 'put.create-after-delete',
    requires: ['conditionalCreate'],
    proves: 'What was deleted can be created again, and has then another version, even with the same bytes.',
    why: 'With the old version back, a writer who slept through the delete overwrites what came after it.',
    async run({ storage, random, capabilities }) {
      const bytes = random.bytes(1_000);
      const versions: VersionInfo[] = [];
      for (let round = 1; round <= 20; round++) {
        const version = updated(await storage.putObject(path, bytes, create), `create ${round}, after a delete`);
        const again = versions.findIndex((one) => isSameVersion(one, version));
        const what = `create ${round} has the version of create ${again + 1}, which was deleted: ${show(version)}`;
        check(again < 0 || capabilities.contentEtags, what);
        versions.push(version);
        await checkHolds(storage, path, bytes, `create ${round}`);
        await remove(storage, path);
      }
    },
  },
  {
    id: 'put.update',
    requires: ['conditionalUpdate'],
    proves:
      'An update under the latest version replaces the object, and its own version serves the next update at once.',
    why: 'Commits are a chain of updates: a version that does not serve the next one ends it.',
    async run({ storage, random }) {
      let version = await write(storage, path, random.bytes(1_000));
      for (let round = 1; round <= 5; round++) {
        const bytes = random.bytes(500 * round);
        const result = await storage.putObject(path, bytes, under(version));
        version = updated(result, `update ${round} under the version that the write before it returned`);
        await checkHolds(storage, path, bytes, `update ${round}`, version);
      }
    },
  },
  {
    id: 'put.update-stale',
    requires: ['conditionalUpdate'],
    proves: 'An update under a version that the object had before is refused and leaves it as it is.',
    why: 'This is how the loser of a race learns that it lost: otherwise it wipes out the commit of the winner.',
    async run({ storage, random }) {
      const stale = await write(storage, path, random.bytes(1_000));
      await write(storage, path, random.bytes(900), { metadata: { who: 'winner' } });
      const before = await read(storage, path);
      for (const size of [1_000, 900, 0]) {
        const what = `an update under a stale version, with ${size} bytes`;
        refused(
          await storage.putObject(path, random.bytes(size), { ...under(stale), metadata: { who: 'loser' } }),
          what,
        );
        await checkUntouched(storage, before, what);
      }
    },
  },
  {
    id: 'put.update-missing',
    requires: ['conditionalUpdate'],
    proves: 'An update of an object that is not there is refused and makes none.',
    why: 'A branch that was deleted would come back by a commit that knew nothing of it.',
    async run({ storage, random }) {
      const version = await write(storage, 'another', random.bytes(1_000));
      for (const missing of ['missing', 'no/such/folder']) {
        const what = `an update of ${show(missing)}, which is missing`;
        refused(await storage.putObject(missing, random.bytes(1_000), under(version)), what);
        await checkAbsent(storage, missing, `a get after ${what}`);
      }
    },
  },
  {
    id: 'put.foreign-version',
    requires: ['conditionalUpdate'],
    proves: 'An update under the version of another object, or under one that no object has, is refused.',
    why: 'A version that fits any object protects none.',
    async run({ storage, random }) {
      const foreign = await write(storage, 'another', random.bytes(1_000));
      await write(storage, path, random.bytes(1_100));
      const before = await read(storage, path);
      for (const version of [foreign, { etag: '"garbage"' }, { etag: '*' }]) {
        const what = `an update under ${show(version)}, which is not the object's version`;
        refused(await storage.putObject(path, random.bytes(1_000), under(version)), what);
        await checkUntouched(storage, before, what);
      }
    },
  },
  {
    id: 'put.version-changes',
    proves: 'Different bytes always have a different version, however fast they follow each other.',
    why: 'A version that stays the same hides a commit: the next writer takes the old state for the newest.',
    async run({ storage, random }) {
      const versions: VersionInfo[] = [];
      for (let round = 1; round <= 40; round++) {
        // All of one size, so that the size alone cannot tell them apart.
        const version = await write(storage, path, random.bytes(64));
        const same = versions.findIndex((one) => isSameVersion(one, version));
        check(same < 0, `writes ${same + 1} and ${round}, of other bytes, have the same version ${show(version)}`);
        versions.push(version);
      }
    },
  },
  {
    id: 'put.aba-same-tick',
    requires: ['conditionalUpdate'],
    proves: 'A version is stale for good once other bytes came, also when the first ones come back within a tick.',
    why: 'A writer who saw the first state would otherwise pass for up to date, over a history that it never saw.',
    async run({ storage, random, capabilities }) {
      const [a, b, c] = [random.bytes(64), random.bytes(64), random.bytes(64)];
      for (let round = 1; round <= 40; round++) {
        const first = await write(storage, path, a);
        const between = await write(storage, path, b);
        const last = await write(storage, path, a);
        for (const stale of capabilities.contentEtags ? [between] : [first, between]) {
          const what = `round ${round}: an update under ${show(stale)}, stale since ${show(last)}`;
          refused(await storage.putObject(path, c, under(stale)), what);
        }
        await checkHolds(storage, path, a, `round ${round}: the object after the refused updates`);
      }
    },
  },
  {
    id: 'put.ownership',
    proves: 'Bytes that were put, and bytes that were read, are the caller’s to change: the object stays as it is.',
    why: 'The engine uses its memory again at once: a store that keeps a view of it stores what comes next.',
    async run({ storage, random }) {
      const around = random.bytes(3_000);
      const expected = around.slice(1_000, 2_000);
      const view = around.subarray(1_000, 2_000);
      await write(storage, path, view);
      checkBytes(view, expected, 'the bytes that were handed in, after the put');
      around.fill(0xff);
      const seen = await read(storage, path);
      checkBytes(seen.bytes, expected, 'a view on larger memory, which was changed after the put');
      seen.bytes.fill(0xee);
      await checkHolds(storage, path, expected, 'the object after the bytes of a read were changed');
      for (const chunk of await chunksOf((await storage.getObject(path)).stream())) chunk.fill(0xdd);
      await checkHolds(storage, path, expected, 'the object after the chunks of a stream were changed');
    },
  },
]);

function under(version: VersionInfo): { readonly condition: WriteCondition } {
  return { condition: { kind: 'update', version } };
}

/** Bytes, version, content type and metadata are what they were. */
async function checkUntouched(storage: Storage, before: SeenObject, what: string): Promise<void> {
  const after = await read(storage, path);
  checkBytes(after.bytes, before.bytes, `the object after ${what}`);
  checkEqual(factsOf(after), factsOf(before), `the object's version and metadata after ${what}`);
}

function factsOf({ version, contentType, metadata }: SeenObject): unknown {
  return [version, contentType, metadata];
}
