import type { Storage } from '../../contract.ts';
import { check, checkBytes, checkEqual, fail, rejectionOf, showError } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import type { WatchedHandle } from '../context.ts';
import { countedSignal } from '../counted-signal.ts';
import { stalledBody } from '../faults.ts';
import type { FaultyClient } from '../faulty-client.ts';
import { checkAbsent, checkHolds, listed, read, readBody, write } from '../objects.ts';
import { nextTurn } from '../turn.ts';

/** More than any request that was under way takes. */
const turnsToEnd = 1_000;

export const abortCases: readonly ConformanceCase[] = casesOf('abort', [
  {
    id: 'abort.before',
    proves: "Under a signal that has fired every operation rejects with the signal's own reason, and sends nothing.",
    why: 'A commit that was given up would be made all the same.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      const bytes = random.bytes(30);
      const version = await write(storage, 'there', bytes);
      const reason = new Error('given up before');
      const signal = AbortSignal.abort(reason);
      const calls = client?.count();
      for (const [what, operation] of Object.entries(operationsOf(storage, signal, random.bytes(40))))
        checkReason(await rejectionOf(operation(), what), reason, what);
      checkEqual(client?.count(), calls, 'requests of operations that were given up before');
      await checkHolds(storage, 'there', bytes, 'the object after operations that were given up before', version);
      await checkAbsent(storage, 'new', 'the target of operations that were given up before');
    },
  },
  {
    id: 'abort.mid-get',
    proves: "A read that is given up half-way rejects with the signal's own reason, and lets go of its connection.",
    why: 'Whoever reads and turns to something else would run out of connections.',
    async run({ random, openWatched }) {
      const handle = await openWatched();
      const bytes = random.bytes(300_000);
      await write(handle.storage, 'large', bytes);
      for (const use of ['bytes', 'stream'] as const) {
        await checkGivenUpUnread(handle, use);
        await checkGivenUpHalfRead(handle, use);
      }
      checkEqual(handle.client?.openBodies ?? 0, 0, 'connections that are still held');
      await checkHolds(handle.storage, 'large', bytes, 'the object after reads that were given up');
    },
  },
  {
    id: 'abort.mid-put',
    proves: 'After a write that is given up half-way there is the old object or the complete new one, never a part.',
    why: 'Readers would be given half an object, which no later write need ever repair.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      for (let turns = 0; turns < 12; turns++) {
        const [path, old, bytes] = [`put-${turns}`, random.bytes(1_000), random.bytes(300_000)];
        await write(storage, path, old);
        const reason = new Error('given up half-way');
        const controller = new AbortController();
        const put = settled(storage.putObject(path, bytes, { signal: controller.signal }));
        for (let turn = 0; turn < turns; turn++) await pause(turn);
        controller.abort(reason);
        const { error } = await put;
        if (error !== undefined) checkReason(error, reason, 'a put that was given up half-way');
        await checkOldOrNew(storage, path, error === undefined ? bytes : old, bytes);
      }
      if (!client) return;
      const [reason, controller, bytes] = [new Error('given up under way'), new AbortController(), random.bytes(100)];
      client.next('put', ({ send }) => {
        controller.abort(reason);
        return send();
      });
      const put = storage.putObject('landed', bytes, { signal: controller.signal });
      checkReason(await rejectionOf(put, 'a put under way'), reason, 'a put that was given up under way');
    },
  },
  {
    id: 'abort.mid-list',
    proves: "A listing that is given up half-way rejects with the signal's own reason, and is over.",
    why: 'It would go on through a bucket of millions, or end as if it were complete.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      for (const id of ['a', 'b', 'c']) await write(storage, `l/${id}`, random.bytes(1));
      const [reason, controller] = [new Error('given up half-way'), new AbortController()];
      const listing = storage.listObjects('l', { signal: controller.signal })[Symbol.asyncIterator]();
      const first = await listing.next();
      check(!first.done, 'a listing of three objects: expected the first, saw the end');
      controller.abort(reason);
      const what = 'the next object of a listing that was given up';
      checkReason(await rejectionOf(listing.next(), what), reason, what);
      checkEqual((await listing.next()).done, true, 'whether a listing that was given up is over');
      checkEqual((await listed(storage, 'l')).sort(), ['a', 'b', 'c'], 'a whole listing afterwards');
      if (client) await checkStreamsEnd(client);
    },
  },
  {
    id: 'abort.listeners',
    proves: 'A thousand operations under one signal leave no listener on it.',
    why: 'A long-lived signal would keep everything alive that ever ran under it.',
    async run({ storage, random }) {
      const { signal, listeners } = countedSignal();
      await write(storage, 'there', random.bytes(50));
      for (let round = 0; round < 125; round++) {
        const version = await write(storage, 'written', random.bytes(10), { signal });
        await read(storage, 'there', { signal });
        await (await storage.getObject('there', { signal })).cancel();
        await storage.getObjectConditional('written', version, { signal });
        await storage.getObjectLastModified('there', { signal });
        await storage.deleteObjects('', [{ id: 'absent', sizeBytes: 0 }], { signal });
        await rejectionOf(storage.getObject('absent', { signal }), 'a get of a missing object');
        for await (const _ of storage.listObjects('', { signal })) break;
      }
      checkEqual(listeners(), 0, 'listeners on a signal after a thousand operations');
    },
  },
]);

/** Every operation, each of which would change or send something. */
function operationsOf(storage: Storage, signal: AbortSignal, data: Uint8Array): Record<string, () => Promise<unknown>> {
  const items = [{ id: 'there', sizeBytes: 0 }];
  return {
    canWrite: () => storage.canWrite({ signal }),
    rootIsClean: () => storage.rootIsClean({ signal }),
    getObject: () => storage.getObject('there', { signal }),
    'getObject of an empty range': () => storage.getObject('there', { signal, range: { start: 0, end: 0 } }),
    getObjectConditional: () => storage.getObjectConditional('there', undefined, { signal }),
    'putObject over an object': () => storage.putObject('there', data, { signal }),
    'putObject of a new object': () => storage.putObject('new', data, { signal, condition: { kind: 'create' } }),
    copyObject: () => storage.copyObject('there', 'new', { signal }),
    listObjects: async () => await storage.listObjects('', { signal })[Symbol.asyncIterator]().next(),
    deleteObjects: () => storage.deleteObjects('', items, { signal }),
    getObjectLastModified: () => storage.getObjectLastModified('there', { signal }),
  };
}

function checkReason(error: unknown, reason: Error, what: string): void {
  check(error === reason, `${what}: expected the signal's own reason, saw ${showError(error)}`);
}

/** A body whose signal fires before it is read. */
async function checkGivenUpUnread({ storage }: WatchedHandle, use: 'bytes' | 'stream'): Promise<void> {
  const [reason, controller] = [new Error('given up unread'), new AbortController()];
  const body = await storage.getObject('large', { signal: controller.signal });
  const stream = use === 'stream' ? body.stream() : undefined;
  controller.abort(reason);
  const reading = stream ? stream.getReader().read() : body.bytes();
  checkReason(await rejectionOf(reading, `a body's ${use}`), reason, `a body's ${use}, given up unread`);
  await body.cancel();
}

/** A body of which some bytes have come, and then nothing more. */
async function checkGivenUpHalfRead({ storage, client }: WatchedHandle, use: 'bytes' | 'stream'): Promise<void> {
  if (!client) return;
  const [reason, controller] = [new Error('given up half-way'), new AbortController()];
  client.next('get', stalledBody(1_000));
  const body = await storage.getObject('large', { signal: controller.signal });
  const reader = use === 'stream' ? body.stream().getReader() : undefined;
  if (reader) checkEqual((await reader.read()).done, false, 'whether a stream is over before it is given up');
  const reading = reader ? reader.read() : body.bytes();
  controller.abort(reason);
  checkReason(await rejectionOf(reading, `a body's ${use}`), reason, `a body's ${use}, given up half-way`);
  checkEqual(client.openBodies, 0, `connections that are still held by a body's ${use}`);
}

async function checkOldOrNew(storage: Storage, path: string, old: Uint8Array, bytes: Uint8Array): Promise<void> {
  const seen = await readBody(await storage.getObject(path));
  if (seen.bytes.byteLength === old.byteLength) checkBytes(seen.bytes, old, 'the old object');
  else if (seen.bytes.byteLength === bytes.byteLength) checkBytes(seen.bytes, bytes, 'the new object');
  else
    fail(
      `after a put that was given up: expected ${old.byteLength} or ${bytes.byteLength} bytes, saw ${seen.bytes.byteLength}`,
    );
}

/** What was under way when a listing was given up ends by itself, and nobody has to wait for it. */
async function checkStreamsEnd(client: FaultyClient): Promise<void> {
  for (let turn = 0; client.openStreams > 0 && turn < turnsToEnd; turn++) await nextTurn();
  checkEqual(client.openStreams, 0, `listings that are still open after ${turnsToEnd} turns of the event loop`);
}

async function settled(promise: Promise<unknown>): Promise<{ readonly error?: unknown }> {
  return await promise.then(
    () => ({}),
    (error: unknown) => ({ error }),
  );
}

/** A little further: within the same turn of the event loop at first, then one turn for each. */
async function pause(turn: number): Promise<void> {
  if (turn >= 4) await nextTurn();
}
