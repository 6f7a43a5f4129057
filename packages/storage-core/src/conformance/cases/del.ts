import type { DeleteItem, Storage } from '../../contract.ts';
import { StorageError } from '../../errors.ts';
import { check, checkEqual, showError } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { denied, keptKeys } from '../faults.ts';
import { forAll, manyIds } from '../many.ts';
import { checkAbsent, checkHolds, write } from '../objects.ts';

export const delCases: readonly ConformanceCase[] = casesOf('del', [
  {
    id: 'del.counts',
    proves: 'Objects and bytes that a delete reports are those that are gone, with a prefix or without.',
    why: 'Garbage collection reports what it freed, and must not have left it there.',
    async run({ storage, random }) {
      for (const [prefix, folder] of [
        ['d', 'd/'],
        ['e/', 'e/'],
        ['', ''],
      ] as const) {
        const items = [
          { id: 'a', sizeBytes: 3 },
          { id: 'b/c', sizeBytes: 5 },
        ];
        for (const { id, sizeBytes } of items) await write(storage, folder + id, random.bytes(sizeBytes));
        const kept = random.bytes(7);
        await write(storage, `${folder}kept`, kept);
        await checkDeleted(storage, prefix, items, { deletedObjects: 2, deletedBytes: 8 });
        for (const { id } of items) await checkAbsent(storage, folder + id, `"${folder}${id}" after its delete`);
        await checkHolds(storage, `${folder}kept`, kept, 'the object that was not to be deleted');
      }
    },
  },
  {
    id: 'del.missing',
    proves: 'Deleting what is absent succeeds, and counts as gone.',
    why: 'A collection that is run again after it broke off would fail for ever.',
    async run({ storage, random }) {
      const items = [
        { id: 'absent', sizeBytes: 11 },
        { id: 'there', sizeBytes: 3 },
        { id: 'no/such/folder', sizeBytes: 0 },
      ];
      await write(storage, 'm/there', random.bytes(3));
      await checkDeleted(storage, 'm', items, { deletedObjects: 3, deletedBytes: 14 });
      await checkDeleted(storage, 'm', items, { deletedObjects: 3, deletedBytes: 14 });
      await checkAbsent(storage, 'm/there', 'an object that was deleted twice');
    },
  },
  {
    id: 'del.over-1000',
    proves: 'More objects than one request takes are deleted, every one, from an array and from an async stream.',
    why: 'What comes after the first thousand would stay for ever, and be paid for.',
    async run({ storage, manyObjects }) {
      const ids = manyIds(manyObjects);
      await forAll(ids, (id) => write(storage, `many/${id}`, new Uint8Array(1)));
      const half = Math.ceil(ids.length / 2);
      const counts = (objects: number) => ({ deletedObjects: objects, deletedBytes: objects });
      await checkDeleted(storage, 'many', ids.slice(0, half).map(oneByte), counts(half));
      await checkDeleted(storage, 'many', streamed(ids.slice(half)), counts(ids.length - half));
      await forAll(ids, (id) => checkAbsent(storage, `many/${id}`, `one of ${ids.length} objects after their delete`));
    },
  },
  {
    id: 'del.empty-batch',
    proves: 'Deleting nothing sends nothing, and reports nothing.',
    why: 'Providers refuse an empty batch, and a collection that finds no garbage would fail.',
    async run({ random, openWatched }) {
      const { storage, client } = await openWatched();
      const bytes = random.bytes(5);
      await write(storage, 'kept', bytes);
      for (const prefix of ['', 'kept', 'nothing/'])
        await checkDeleted(storage, prefix, [], { deletedObjects: 0, deletedBytes: 0 });
      await checkDeleted(storage, '', streamed([]), { deletedObjects: 0, deletedBytes: 0 });
      checkEqual(client?.count('delete') ?? 0, 0, 'requests for deleting nothing');
      await checkHolds(storage, 'kept', bytes, 'an object after nothing was deleted');
    },
  },
  {
    id: 'del.partial-failure',
    requires: ['faults'],
    proves: 'Every object that could not be deleted is named with its reason, and only what is gone is counted.',
    why: 'A collection would report as freed what is still there, and never come back to it.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty();
      const items = ['a', 'b', 'c'].map((id) => ({ id, sizeBytes: 4 }));
      const bytes = random.bytes(4);
      const refusal = new StorageError({ kind: 'permission_denied', message: 'access denied', status: 403 });
      const isB = (key: string): boolean => key.endsWith('/b');
      const rounds = [
        ['one key is denied', keptKeys(isB, refusal), ['b']],
        ['one key is left out of the answer', keptKeys(isB), ['b']],
        ['the whole batch is denied', denied, ['a', 'b', 'c']],
      ] as const;
      for (const [what, fault, failing] of rounds) {
        for (const { id } of items) await write(storage, `p/${id}`, bytes);
        client.next('delete', fault);
        const { deletedObjects, deletedBytes, failures } = await storage.deleteObjects('p', items);
        const gone = items.length - failing.length;
        checkEqual({ deletedObjects, deletedBytes }, { deletedObjects: gone, deletedBytes: 4 * gone }, what);
        checkEqual(failures.map(({ id }) => id).sort(), failing, `${what}: the ids that failed`);
        for (const { error } of failures)
          check(error instanceof Error && error.message !== '', `${what}: expected a reason, saw ${showError(error)}`);
        for (const { id } of items) {
          if (failing.some((one) => one === id)) await checkHolds(storage, `p/${id}`, bytes, `${what}: "${id}"`);
          else await checkAbsent(storage, `p/${id}`, `${what}: "${id}"`);
        }
      }
    },
  },
  {
    id: 'del.exact-only',
    proves:
      'A delete takes exactly what it names: not what lies below it, nor beside it; a name given twice counts once.',
    why: 'Live data would be deleted along with garbage of a similar name.',
    async run({ storage, capabilities, random }) {
      const bytes = random.bytes(6);
      const kept = ['x/ab', 'x/a.b', 'x/b/a', 'y/a', 'a', ...(capabilities.flatNamespace ? ['x/a/b'] : [])];
      for (const path of [...kept, 'x/a']) await write(storage, path, bytes);
      const item = { id: 'a', sizeBytes: 6 };
      await checkDeleted(storage, 'x', [item, item, item], { deletedObjects: 1, deletedBytes: 6 });
      await checkAbsent(storage, 'x/a', 'the object that was deleted');
      // What a name of a folder counts as is the backend's affair: there is no such object.
      await storage.deleteObjects('x', [{ id: 'b', sizeBytes: 0 }]);
      for (const path of kept) await checkHolds(storage, path, bytes, `"${path}", which was not to be deleted`);
    },
  },
]);

async function checkDeleted(
  storage: Storage,
  prefix: string,
  items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>,
  counts: { readonly deletedObjects: number; readonly deletedBytes: number },
): Promise<void> {
  const { deletedObjects, deletedBytes, failures } = await storage.deleteObjects(prefix, items);
  checkEqual(
    failures.slice(0, 3).map(({ error }) => showError(error)),
    [],
    'the failures of a delete',
  );
  checkEqual({ deletedObjects, deletedBytes }, counts, `what a delete under "${prefix}" reports`);
}

function oneByte(id: string): DeleteItem {
  return { id, sizeBytes: 1 };
}

async function* streamed(ids: readonly string[]): AsyncGenerator<DeleteItem> {
  for (const id of ids) yield oneByte(id);
}
