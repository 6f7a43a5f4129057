import type { ListInfo, Storage } from '../../contract.ts';
import { check, checkEqual, checkRejects, fail } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import type { FaultyHandle } from '../context.ts';
import { answered, brokenStream, busy, denied, stuckToken } from '../faults.ts';
import { forAll, manyIds } from '../many.ts';
import { listed, read, remove, show, write } from '../objects.ts';
import { nextTurn } from '../turn.ts';

/** No clock of a provider or of a machine is this far off; seconds taken for milliseconds are further. */
const skewMs = 24 * 60 * 60 * 1_000;

/** How far a listing has come when objects are deleted or added under it. */
const before = 10;

export const listCases: readonly ConformanceCase[] = casesOf('list', [
  {
    id: 'list.empty',
    proves: 'Where nothing is stored a listing is empty, without an error, and the root is clean until something is.',
    why: 'A repository could not be created in a fresh place, or would be created over another.',
    async run({ storage, random }) {
      for (const prefix of ['', 'unknown', 'unknown/deeper/'])
        checkEqual(await listed(storage, prefix), [], `the listing of "${prefix}", where nothing is`);
      checkEqual(await storage.rootIsClean(), true, 'whether the root is clean where nothing is');
      await write(storage, 'some/object', random.bytes(3));
      checkEqual(await storage.rootIsClean(), false, 'whether the root is clean where an object is');
      checkEqual(await listed(storage, 'unknown'), [], 'the listing of an unknown prefix beside an object');
    },
  },
  {
    id: 'list.fields',
    proves: 'A listing gives ids relative to its prefix, sizes in bytes and times of creation.',
    why: 'Garbage collection deletes by these ids, and spares what is young by these times.',
    async run({ storage, random }) {
      const sizes: Readonly<Record<string, number>> = { a: 3, 'b/c': 0, 'b/d.e': 1_234 };
      for (const [id, sizeBytes] of Object.entries(sizes))
        await write(storage, `top/in/${id}`, random.bytes(sizeBytes));
      for (const [prefix, folder] of [
        ['top/in', ''],
        ['top', 'in/'],
        ['', 'top/in/'],
      ] as const) {
        const infos = (await infosOf(storage, prefix)).sort(byId);
        const expected = Object.entries(sizes).map(([id, sizeBytes]) => ({ id: folder + id, sizeBytes }));
        const seen = infos.map(({ id, sizeBytes }) => ({ id, sizeBytes }));
        checkEqual(seen, expected, `ids and sizes under "${prefix}"`);
        for (const { id, createdAt } of infos) checkNear(createdAt, id);
      }
    },
  },
  {
    id: 'list.prefix-slash',
    proves: 'A prefix means the same with and without a slash at its end, and the root by `""` and `"/"`.',
    why: 'The engine asks both ways, and would find a folder full once and empty the other time.',
    async run({ storage, random }) {
      for (const path of ['foo/a', 'foo/b/c', 'bar']) await write(storage, path, random.bytes(1));
      for (const prefix of ['foo', 'foo/'])
        checkEqual(await sortedIds(storage, prefix), ['a', 'b/c'], `under "${prefix}"`);
      for (const prefix of ['foo/b', 'foo/b/'])
        checkEqual(await sortedIds(storage, prefix), ['c'], `under "${prefix}"`);
      for (const prefix of ['', '/'])
        checkEqual(await sortedIds(storage, prefix), ['bar', 'foo/a', 'foo/b/c'], `under "${prefix}"`);
    },
  },
  {
    id: 'list.sibling-prefix',
    proves: 'A prefix is taken by whole segments: what only begins like it is left out, without an error.',
    why: 'Garbage collection of one folder would take the objects of another.',
    async run({ storage, random }) {
      for (const path of ['foo/x', 'foobar/y', 'foo.bar/z', 'foo-1', 'fo/o', 'a/foo/x'])
        await write(storage, path, random.bytes(1));
      checkEqual(await listed(storage, 'foo'), ['x'], 'under "foo"');
      checkEqual(await listed(storage, 'foo/'), ['x'], 'under "foo/"');
      checkEqual(await listed(storage, 'foob'), [], 'under "foob"');
    },
  },
  {
    id: 'list.prefix-is-object',
    proves: 'Under a prefix that is itself an object nothing is listed, without an error.',
    why: 'A listing that fails there stops a garbage collection, and one that shows it gives it an empty name.',
    async run({ storage, random }) {
      for (const path of ['leaf', 'deep/leaf', 'leaf2']) await write(storage, path, random.bytes(1));
      for (const prefix of ['leaf', 'leaf/', 'deep/leaf'])
        checkEqual(await listed(storage, prefix), [], `under the object "${prefix}"`);
    },
  },
  {
    id: 'list.over-1000',
    proves: 'Of more objects than a page holds every one is listed, exactly once.',
    why: 'What a listing leaves out is taken for gone, or for never there.',
    async run({ storage, manyObjects }) {
      const ids = await writeMany(storage, manyObjects);
      checkEachOnce(await listed(storage, 'many'), ids, `${manyObjects} objects`);
    },
  },
  {
    id: 'list.order',
    requires: ['orderedList'],
    proves: 'A listing is in the byte order of the stored names, in which `t-/` comes before `t/`.',
    why: 'Readers that merge two listings would leave objects out.',
    async run({ storage, random }) {
      // Each list is in the order of its bytes, whether or not a backend stores its characters percent-encoded.
      const orders = { ascii: ['B', 'a', 't-/x', 't.x', 't/a-b', 't/a/b', 't/aa', 't0'], wide: ['é', '\uff5e', '😀'] };
      for (const [folder, ids] of Object.entries(orders)) {
        for (const id of ids.toReversed()) await write(storage, `${folder}/${id}`, random.bytes(1));
        checkEqual(await listed(storage, folder), ids, `the order under "${folder}"`);
      }
      const all = Object.entries(orders).flatMap(([folder, ids]) => ids.map((id) => `${folder}/${id}`));
      checkEqual(await listed(storage, ''), all, 'the order of all');
    },
  },
  {
    id: 'list.read-after-write',
    proves: 'An object is listed as soon as it is written, with its new size when replaced, and no more once deleted.',
    why: 'Garbage collection would take what was just committed for garbage, or count what is gone.',
    async run({ storage, random }) {
      for (let round = 1; round <= 5; round++) {
        const path = `now/object-${round}`;
        for (const sizeBytes of [round, round + 100]) {
          await write(storage, path, random.bytes(sizeBytes));
          const infos = await infosOf(storage, 'now');
          const seen = infos.map(({ id, sizeBytes: bytes }) => `${id} of ${bytes}`);
          checkEqual(seen, [`object-${round} of ${sizeBytes}`], 'the listing after a put');
        }
        await remove(storage, path);
        checkEqual(await listed(storage, 'now'), [], 'the listing after a delete');
      }
    },
  },
  {
    id: 'list.concurrent-delete',
    proves: 'Objects that stay are listed exactly once, without an error, while others are deleted under the listing.',
    why: 'Garbage collection deletes as it lists, and would skip or stop.',
    async run({ storage, manyObjects }) {
      const ids = await writeMany(storage, manyObjects);
      const deleted = ids.filter((_, index) => index % 2 === 0).map((id) => ({ id, sizeBytes: 1 }));
      const seen: string[] = [];
      for await (const { id } of storage.listObjects('many')) {
        if (seen.push(id) === before) await storage.deleteObjects('many', deleted);
      }
      const gone = new Set(deleted.map(({ id }) => id));
      checkNoneTwice(seen, 'while others were deleted');
      const survivors = ids.filter((id) => !gone.has(id));
      checkEachOnce(
        seen.filter((id) => !gone.has(id)),
        survivors,
        `${survivors.length} survivors`,
      );
    },
  },
  {
    id: 'list.concurrent-insert',
    proves: 'Objects that were there before are listed exactly once while others are written under the listing.',
    why: 'Writers go on during a garbage collection, and must not hide what is there.',
    async run({ storage, manyObjects }) {
      const ids = await writeMany(storage, manyObjects);
      const added = ids.filter((_, index) => index % 10 === 0).map((id) => `${id}-new`);
      const seen: string[] = [];
      for await (const { id } of storage.listObjects('many')) {
        if (seen.push(id) === before) await forAll(added, (one) => write(storage, `many/${one}`, new Uint8Array(1)));
      }
      checkNoneTwice(seen, 'while others were written');
      const known = new Set(ids);
      checkEachOnce(
        seen.filter((id) => known.has(id)),
        ids,
        `${ids.length} objects that were there before`,
      );
      const strangers = seen.filter((id) => !known.has(id) && !added.includes(id));
      checkEqual(strangers.slice(0, 5), [], 'ids that were never written');
    },
  },
  {
    id: 'list.early-break',
    proves: 'Leaving a listing ends its requests and frees what it held, however often.',
    why: 'Whoever looks for one object only would read a whole bucket, or run out of connections.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      for (const id of ['a', 'b', 'c']) await write(storage, `left/${id}`, random.bytes(1));
      for (let round = 1; round <= 100; round++) {
        client?.next('page', stuckToken('of a page that nobody asks for'));
        for await (const { id } of storage.listObjects('left')) if (id !== '') break;
        await read(storage, 'left/a');
        checkEqual(client?.count('page', 'stream') ?? round, round, `requests of ${round} listings left at once`);
        checkEqual(client?.openStreams ?? 0, 0, 'listings that are still open after they were left');
      }
      checkEqual(await sortedIds(storage, 'left'), ['a', 'b', 'c'], 'a whole listing after the others');
    },
  },
  {
    id: 'list.page-error',
    requires: ['faults'],
    proves: 'A listing that breaks off, or whose page token repeats, rejects: it never ends as if it were complete.',
    why: 'Live objects that were not listed would be taken for gone.',
    async run(context) {
      const handle = await context.openFaulty();
      const { storage, client } = handle;
      for (const id of ['a', 'b', 'c']) await write(storage, `l/${id}`, context.random.bytes(1));
      await (client.listing.kind === 'pages' ? checkPageErrors(handle) : checkStreamErrors(handle));
      checkEqual(await sortedIds(storage, 'l'), ['a', 'b', 'c'], 'the listing without faults');
    },
  },
  {
    id: 'list.no-temp',
    proves: 'Listings during writes show the objects that are written and nothing else.',
    why: "Another client's half-written file would be taken for an object, or for garbage.",
    async run({ storage, random }) {
      const paths = ['w/a', 'w/b', 'w/deep/c', 'w/deep/er/d'];
      const allowed = new Set([...paths, ...paths.map((path) => `${path}-copy`)]);
      let writing = true;
      const writers = Promise.all(paths.map((path) => rewrite(storage, path, random.bytes(20_000)))).finally(() => {
        writing = false;
      });
      const listings = async (): Promise<void> => {
        while (writing) {
          const strange = (await listed(storage, '')).filter((id) => !allowed.has(id));
          checkEqual(strange, [], 'ids in a listing that are none of the objects being written');
          await nextTurn();
        }
      };
      await Promise.all([writers, listings()]);
      checkEqual(await sortedIds(storage, ''), [...allowed].sort(), 'the listing after the writes');
    },
  },
]);

async function infosOf(storage: Storage, prefix: string): Promise<ListInfo[]> {
  const infos: ListInfo[] = [];
  for await (const info of storage.listObjects(prefix)) infos.push(info);
  return infos;
}

/** For cases that are not about the order. */
async function sortedIds(storage: Storage, prefix: string): Promise<string[]> {
  return (await listed(storage, prefix)).sort();
}

function byId(a: ListInfo, b: ListInfo): number {
  return a.id < b.id ? -1 : 1;
}

function checkNear(createdAt: Date, id: string): void {
  const distanceMs = createdAt instanceof Date ? Math.abs(createdAt.getTime() - Date.now()) : Number.NaN;
  check(distanceMs <= skewMs, `createdAt of "${id}": expected a Date near now, saw ${show(createdAt)}`);
}

async function writeMany(storage: Storage, count: number): Promise<string[]> {
  const ids = manyIds(count);
  await forAll(ids, (id) => write(storage, `many/${id}`, new Uint8Array(1)));
  return ids;
}

function checkNoneTwice(seen: readonly string[], what: string): void {
  const once = new Set<string>();
  for (const id of seen) {
    if (once.has(id)) fail(`${what}: "${id}" was listed twice`);
    once.add(id);
  }
}

function checkEachOnce(seen: readonly string[], expected: readonly string[], what: string): void {
  checkNoneTwice(seen, what);
  const once = new Set(seen);
  const missing = expected.filter((id) => !once.has(id));
  checkEqual(missing.slice(0, 5), [], `${what}: the first of ${missing.length} ids that were left out`);
  checkEqual(once.size, expected.length, `${what}: ids that were listed`);
}

async function checkPageErrors({ storage, client }: FaultyHandle): Promise<void> {
  client.next('page', stuckToken('second'), denied);
  await checkRejects(listed(storage, 'l'), ['permission_denied'], 'a listing whose second page is denied');
  client.next('page', stuckToken('stuck'), answered({ objects: [], nextPageToken: 'stuck' }));
  await checkRejects(listed(storage, 'l'), ['bad_response'], 'a listing whose page token repeats');
  client.next('page', stuckToken('second'), busy, answered({ objects: [] }));
  checkEqual(await sortedIds(storage, 'l'), ['a', 'b', 'c'], 'a listing whose second page comes at the second try');
}

async function checkStreamErrors({ storage, client }: FaultyHandle): Promise<void> {
  for (const afterObjects of [0, 1, 3]) {
    client.next('stream', brokenStream(afterObjects));
    await checkRejects(
      listed(storage, 'l'),
      ['unavailable'],
      `a listing that breaks off after ${afterObjects} objects`,
    );
  }
  client.next('stream', denied);
  await checkRejects(listed(storage, 'l'), ['permission_denied'], 'a listing that is denied');
}

/** Writes in every way that there is, so that whatever a backend puts beside an object is there now and then. */
async function rewrite(storage: Storage, path: string, bytes: Uint8Array): Promise<void> {
  let version = await write(storage, path, bytes);
  for (let round = 0; round < 10; round++) {
    const changed = bytes.subarray(0, bytes.byteLength - round);
    version = await write(storage, path, changed, { condition: { kind: 'update', version } });
    await storage.copyObject(path, `${path}-copy`);
    version = await write(storage, path, bytes);
  }
}
