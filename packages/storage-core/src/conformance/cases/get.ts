import type { GetObjectOptions, Storage } from '../../contract.ts';
import { isStorageError, type StorageErrorKind } from '../../errors.ts';
import type { ByteRange } from '../../range.ts';
import { isSameVersion, type VersionInfo } from '../../version.ts';
import { check, checkBytes, checkEqual, checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { shortBody } from '../faults.ts';
import { commonRange, generationOf } from '../generations.ts';
import { read, readStream, type SeenObject, show, write } from '../objects.ts';
import { raceReads } from '../race-reads.ts';

/** What a read gives: the bytes that were asked for, all of them, of one version. */
export const getCases: readonly ConformanceCase[] = casesOf('get', [
  {
    id: 'get.roundtrip',
    proves: 'Bytes of every value come back as they were put, also where many objects are read at once.',
    why: 'A commit is bytes: one that is changed on its way is a damaged array.',
    async run({ storage, random }) {
      const every = Uint8Array.from({ length: 256 }, (_, value) => value);
      const objects = Array.from({ length: 20 }, (_, index) => [...every, ...random.bytes(index * 97)]);
      await Promise.all(objects.map((bytes, index) => write(storage, `object-${index}`, Uint8Array.from(bytes))));
      const seen = await Promise.all(objects.map((_, index) => read(storage, `object-${index}`)));
      for (const [index, bytes] of objects.entries()) {
        const one = seen[index] as SeenObject;
        checkBytes(one.bytes, Uint8Array.from(bytes), `object ${index} of 20`);
        checkEqual(one.sizeBytes, bytes.length, `the size of object ${index} of 20`);
      }
      const streamed = await readStream((await storage.getObject('object-19')).stream());
      checkBytes(streamed, Uint8Array.from(objects[19] ?? []), 'object 19, as a stream');
    },
  },
  {
    id: 'get.zero-byte',
    proves: 'An object of no bytes is an object: it is found, it is empty, and it has a version.',
    why: 'Taken for missing, or without a version, it can neither be read back nor be updated.',
    async run({ storage }) {
      const path = 'empty';
      await write(storage, path, new Uint8Array());
      const seen = await read(storage, path);
      checkBytes(seen.bytes, new Uint8Array(), 'an object of no bytes');
      checkEqual(seen.sizeBytes, 0, 'the size of an object of no bytes');
      check(isVersion(seen.version), `an object of no bytes has the version ${show(seen.version)}`);
      checkBytes(await readStream((await storage.getObject(path)).stream()), new Uint8Array(), 'its stream');
    },
  },
  {
    id: 'get.missing',
    proves: 'What was never put is `not_found`, by its path, and so is a path that others only lie below.',
    why: 'The engine takes missing for "nothing was committed yet": any other answer stops it or misleads it.',
    async run({ storage }) {
      await write(storage, 'folder/object', new Uint8Array([1]));
      const options: readonly GetObjectOptions[] = [
        {},
        { range: { start: 0, end: 1 } },
        { range: { start: 0, end: 0 } },
      ];
      for (const path of ['missing', 'folder/missing', 'no/such/folder', 'folder']) {
        for (const option of options) {
          const what = `a get of ${show(path)} ${show(option)}`;
          const { message } = await checkRejects(storage.getObject(path, option), ['not_found'], what);
          check(message.includes(path), `${what}: the error does not name the path: ${message}`);
        }
      }
    },
  },
  {
    id: 'get.version',
    proves: 'A read has the version that the put of its bytes returned, whatever range is read.',
    why: 'A commit reads, changes and writes under the version it read: a wrong one loses the race or overwrites.',
    async run({ storage, random }) {
      const path = 'object';
      const ranges: readonly GetObjectOptions[] = [
        {},
        { range: { start: 3, end: 7 } },
        { range: { start: 5, end: 5 } },
      ];
      for (let generation = 1; generation <= 3; generation++) {
        const version = await write(storage, path, random.bytes(100));
        for (const options of ranges) {
          const seen = await read(storage, path, options);
          const what = `a get ${show(options)}: the put returned ${show(version)}, the read ${show(seen.version)}`;
          check(isSameVersion(seen.version, version), what);
        }
      }
    },
  },
  {
    id: 'get.range-inner',
    proves: 'A range inside an object gives exactly its bytes, and the size of the whole.',
    why: 'Virtual chunks and manifests are read by ranges: a byte too far is another array.',
    async run({ storage, random }) {
      const bytes = random.bytes(40_000);
      await write(storage, 'object', bytes);
      for (let round = 0; round < 20; round++) {
        const start = 1 + random.below(30_000);
        await checkRange(storage, bytes, { start, end: start + 1 + random.below(9_000) });
      }
    },
  },
  {
    id: 'get.range-edges',
    proves: 'Ranges that touch either end of an object give exactly its bytes.',
    why: 'The index of a shard is its last bytes: one byte off, no chunk of it can be found.',
    async run({ storage, random }) {
      const size = 4_096;
      const bytes = random.bytes(size);
      await write(storage, 'object', bytes);
      const edges = [
        [0, 1],
        [0, size - 1],
        [0, size],
        [1, size],
        [size - 16, size],
        [size - 1, size],
      ] as const;
      for (const [start, end] of edges) await checkRange(storage, bytes, { start, end });
    },
  },
  {
    id: 'get.range-end-beyond',
    proves: 'A range that ends after the object gives what is there, and no more.',
    why: 'Filled up with zeros or cut short, a chunk decodes to numbers that nobody wrote.',
    async run({ storage, random }) {
      const bytes = random.bytes(1_000);
      await write(storage, 'object', bytes);
      for (const end of [1_001, 2_000, 10_000_000, Number.MAX_SAFE_INTEGER]) {
        for (const start of [0, 500, 999]) await checkRange(storage, bytes, { start, end });
      }
    },
  },
  {
    id: 'get.range-start-beyond',
    proves: 'A range that begins at the end of an object or after it is `invalid_range`.',
    why: 'Zero bytes in its place would look like a chunk that was read in full.',
    async run({ storage, random }) {
      await write(storage, 'object', random.bytes(1_000));
      await write(storage, 'empty', new Uint8Array());
      await checkRangeRefused(storage, 'object', { start: 1_000, end: 1_001 });
      await checkRangeRefused(storage, 'object', { start: 1_001, end: 1_002 });
      await checkRangeRefused(storage, 'object', { start: 5_000_000, end: 5_000_100 });
      await checkRangeRefused(storage, 'empty', { start: 0, end: 1 });
      await checkRangeRefused(storage, 'empty', { start: 10, end: 100 });
    },
  },
  {
    id: 'get.range-empty',
    proves: 'A range without bytes gives none, wherever it lies, and never the whole object.',
    why: 'HTTP has no such range: asked for in its words, a store answers with the whole object or with an error.',
    async run({ storage, random }) {
      const objects = { object: random.bytes(1_000), empty: new Uint8Array() };
      for (const [path, bytes] of Object.entries(objects)) {
        await write(storage, path, bytes);
        for (const at of [0, 1, 500, 999, 1_000, 1_001]) {
          const what = `the range [${at}, ${at}) of ${bytes.byteLength} bytes`;
          const seen = await read(storage, path, { range: { start: at, end: at } });
          checkBytes(seen.bytes, new Uint8Array(), what);
          checkEqual(seen.sizeBytes, bytes.byteLength, `${what}: the size of the whole`);
        }
      }
    },
  },
  {
    id: 'get.range-invalid',
    proves: 'A range that no object can have is `invalid_range`, before anything is asked of the provider.',
    why: 'Sent on, most stores ignore it and answer with the whole object.',
    async run(context) {
      const { storage, client } = await context.openWatched();
      const ends = [
        [2, 1],
        [1_000_000, 0],
        [-1, 5],
        [-5, -1],
        [0, -1],
        [Number.NaN, 5],
        [0, Number.NaN],
        [0.5, 5],
        [0, 1.5],
        [0, 2 ** 53],
        [2 ** 53, 2 ** 53 + 2],
        [0, Number.POSITIVE_INFINITY],
        [Number.NEGATIVE_INFINITY, 5],
      ] as const;
      // Of a missing object: whoever asks the provider first says that it is missing.
      for (const [start, end] of ends) await checkRangeRefused(storage, 'missing', { start, end });
      checkEqual(client?.calls ?? [], [], 'the calls that were made for ranges that no object has');
    },
  },
  {
    id: 'get.range-split',
    proves: 'A range that is read in parts of one byte comes out in order and whole.',
    why: 'Large chunks are read in parallel parts: two that change places damage the array unseen.',
    async run(context) {
      const { storage, random } = context;
      const bytes = random.bytes(48);
      await write(storage, 'object', bytes);
      const concurrency = { idealConcurrentRequestSize: 1, maxConcurrentRequestsForObject: 48 };
      const splitting = await context.open({ settings: { concurrency } });
      for (const range of [
        { start: 0, end: 48 },
        { start: 7, end: 30 },
        { start: 40, end: 48 },
      ]) {
        await checkRange(splitting, bytes, range);
        const streamed = await readStream((await splitting.getObject('object', { range })).stream());
        checkBytes(streamed, bytes.subarray(range.start, range.end), `the range ${show(range)} in parts, as a stream`);
      }
    },
  },
  {
    id: 'get.torn-overwrite',
    proves: 'Whoever reads while an object is being replaced gets one of its states, whole.',
    why: 'A reader of `repo` during a commit would otherwise see half of each and take the repository for damaged.',
    async run({ storage, random }) {
      const { seen } = await raceReads(random, storage, storage);
      for (const one of seen) generationOf(one);
    },
  },
  {
    id: 'get.torn-split',
    proves: 'A read in parts over an object that is being replaced gives one state, with its version, or an error.',
    why: 'Parts of two states make an array that never was, under a version that says that it is.',
    async run(context) {
      const concurrency = { idealConcurrentRequestSize: 1_000, maxConcurrentRequestsForObject: 8 };
      const splitting = await context.open({ settings: { concurrency } });
      const { seen, written } = await raceReads(context.random, context.storage, splitting, commonRange);
      for (const one of seen) {
        const generation = generationOf(one);
        const put = written.get(generation);
        const what = `the bytes are of state ${generation}, put as ${show(put)}, and come with ${show(one.version)}`;
        check(put !== undefined && isSameVersion(one.version, put), what);
      }
    },
  },
  {
    id: 'get.short-body',
    requires: ['faults'],
    proves: 'A transfer that ends early never passes for a whole one.',
    why: 'A chunk that lacks its end decodes to zeros, or to nothing at all, and nobody is told.',
    async run(context) {
      const bytes = context.random.bytes(5_000);
      const { storage, client } = await context.openFaulty();
      await write(storage, 'object', bytes);
      client.next('get', shortBody(10));
      const once = await read(storage, 'object').catch((err: unknown) => err);
      if (!isStorageError(once)) checkBytes((once as SeenObject).bytes, bytes, 'a read whose first body was short');
      const kinds: readonly StorageErrorKind[] = ['bad_response', 'unavailable'];
      for (const options of [{}, { range: { start: 100, end: 4_000 } }] as const) {
        client.next('get', ...Array.from({ length: 20 }, () => shortBody(10)));
        await checkRejects(read(storage, 'object', options), kinds, `a body of 10 bytes for a get ${show(options)}`);
        const stream = storage.getObject('object', options).then((body) => readStream(body.stream()));
        await checkRejects(stream, kinds, `a body of 10 bytes for a get ${show(options)}, as a stream`);
      }
    },
  },
]);

async function checkRange(storage: Storage, whole: Uint8Array, range: ByteRange): Promise<void> {
  const what = `the range [${range.start}, ${range.end}) of ${whole.byteLength} bytes`;
  const seen = await read(storage, 'object', { range });
  checkBytes(seen.bytes, whole.subarray(range.start, range.end), what);
  checkEqual(seen.sizeBytes, whole.byteLength, `${what}: the size of the whole`);
}

async function checkRangeRefused(storage: Storage, path: string, range: ByteRange): Promise<void> {
  const what = `the range [${range.start}, ${range.end}) of ${show(path)}`;
  await checkRejects(storage.getObject(path, { range }), ['invalid_range'], what);
}

function isVersion({ etag, generation }: VersionInfo): boolean {
  const parts = [etag, generation].filter((part) => part !== undefined);
  return parts.length > 0 && parts.every((part) => typeof part === 'string' && part !== '');
}
