import type { Storage } from '../../contract.ts';
import { check, checkEqual, checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { checkHolds, listed, write } from '../objects.ts';

/** More than any pool of connections holds by default. */
const manyBodies = 200;

export const lifeCases: readonly ConformanceCase[] = casesOf('life', [
  {
    id: 'life.unread-body',
    proves: 'Two hundred bodies that are cancelled, and as many that nobody reads, leave the storage able to work.',
    why: 'A reader that looks at versions only would stop for ever, with no error to say why.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      const bytes = random.bytes(256 * 1024);
      await write(storage, 'large', bytes);
      for (let count = 0; count < manyBodies; count++) {
        const body = await storage.getObject('large');
        if (count % 3 === 0) await body.cancel();
        else if (count % 3 === 1) await body.stream().cancel();
        else await readFirstChunk(body.stream());
      }
      checkEqual(client?.openBodies ?? 0, 0, `bodies still held, of ${manyBodies} that were cancelled`);
      for (let count = 0; count < manyBodies; count++) await storage.getObject('large');
      await checkHolds(storage, 'large', bytes, `the object after ${2 * manyBodies} bodies`);
      await write(storage, 'small', bytes.subarray(0, 10));
      checkEqual((await listed(storage, '')).sort(), ['large', 'small'], `a listing after ${2 * manyBodies} bodies`);
    },
  },
  {
    id: 'life.dispose',
    proves: 'After `close()` every call rejects with `closed`, and nothing is left behind beside the objects.',
    why: 'A process would not end, or would go on writing through what was given up.',
    async run({ storage: other, random, open }) {
      const storage = await open();
      const bytes = random.bytes(100);
      const version = await write(storage, 'there', bytes);
      await write(storage, 'second', bytes);
      await storage.getObject('there');
      const listing = storage.listObjects('')[Symbol.asyncIterator]();
      check(!(await listing.next()).done, 'a listing of two objects: expected the first, saw the end');
      await storage.close();
      await storage.close();
      await checkRejects(listing.next(), ['closed'], 'the next object of a listing that was begun before');
      for (const [what, operation] of Object.entries(operationsOf(storage, random.bytes(50))))
        await checkRejects(operation(), ['closed'], `${what} after close()`);
      await checkHolds(other, 'there', bytes, 'the object after another handle was closed', version);
      checkEqual((await listed(other, '')).sort(), ['second', 'there'], 'what is left after another handle was closed');
    },
  },
]);

async function readFirstChunk(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
}

function operationsOf(storage: Storage, data: Uint8Array): Record<string, () => Promise<unknown>> {
  return {
    canWrite: () => storage.canWrite(),
    canCreateRepository: () => storage.canCreateRepository(),
    rootIsClean: () => storage.rootIsClean(),
    getObject: () => storage.getObject('there'),
    getObjectConditional: () => storage.getObjectConditional('there', undefined),
    'putObject over an object': () => storage.putObject('there', data),
    'putObject of a new object': () => storage.putObject('new', data, { condition: { kind: 'create' } }),
    copyObject: () => storage.copyObject('there', 'copied'),
    listObjects: async () => await storage.listObjects('')[Symbol.asyncIterator]().next(),
    deleteObjects: () => storage.deleteObjects('', [{ id: 'there', sizeBytes: 0 }]),
    getObjectLastModified: () => storage.getObjectLastModified('there'),
  };
}
