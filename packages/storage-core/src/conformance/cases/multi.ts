import type { Storage } from '../../contract.ts';
import { isStorageError } from '../../errors.ts';
import { check, checkEqual, checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import type { ClientVerb } from '../client-verb.ts';
import type { CaseContext, FaultyHandle, WatchedHandle } from '../context.ts';
import { denied, lostAnswer, refusedConnection, uploadGone } from '../faults.ts';
import type { FaultyClient } from '../faulty-client.ts';
import { checkAbsent, checkHolds, listed, refused, updated, write } from '../objects.ts';
import { evenBytes, partsOf, settingsForParts } from '../parts.ts';

export const multiCases: readonly ConformanceCase[] = casesOf('multi', [
  {
    id: 'multi.boundaries',
    requires: ['multipart'],
    proves:
      'Objects around the size from which they are uploaded in parts, and with an uneven tail, hold every byte in order.',
    why: 'A chunk would be stored with bytes missing, doubled or out of place.',
    async run(context) {
      const { storage, client } = await openInParts(context);
      const part = partsOf(client, 1);
      for (const sizeBytes of [part - 1, part, part + 1, 2 * part, 2 * part + 7, 3 * part - 1]) {
        const bytes = context.random.bytes(sizeBytes);
        const uploads = client?.count('start_upload') ?? 0;
        const version = await write(storage, `size-${sizeBytes}`, bytes);
        await checkHolds(storage, `size-${sizeBytes}`, bytes, `an object of ${sizeBytes} bytes`, version);
        const expected = sizeBytes >= part ? 1 : 0;
        const seen = client ? client.count('start_upload') - uploads : expected;
        checkEqual(seen, expected, `uploads in parts for ${sizeBytes} bytes, where they begin at ${part}`);
      }
    },
  },
  {
    id: 'multi.invisible',
    requires: ['multipart', 'faults'],
    proves:
      'Before an upload is completed its object is not there, or is still the old one; afterwards it is the new one.',
    why: 'Readers would be given an object of which parts are missing.',
    async run(context) {
      const { storage, client } = await openInParts(context);
      const seenBy = context.storage;
      const [old, bytes] = [context.random.bytes(50), evenBytes(partsOf(client, 2) + 5, context.random)];
      await write(seenBy, 'old/object', old);
      for (const [path, check] of [
        ['new/object', () => checkNothing(seenBy, 'new')],
        ['old/object', () => checkHolds(seenBy, 'old/object', old, 'the old object, with all parts uploaded')],
      ] as const) {
        let looked = 0;
        client?.next('complete_upload', async ({ send }) => {
          await check();
          looked++;
          return await send();
        });
        await write(storage, path, bytes);
        checkEqual(looked, 1, `completions of the upload of "${path}"`);
        await checkHolds(seenBy, path, bytes, `"${path}" after completion`);
      }
    },
  },
  {
    id: 'multi.conditional',
    requires: ['multipart', 'conditionalCreate', 'conditionalUpdate'],
    proves: 'An upload in parts keeps to its condition: a refused one leaves what is there, and frees its parts.',
    why: 'A large object could replace what another writer has committed meanwhile.',
    async run(context) {
      const { storage, client } = await openInParts(context);
      const sizeBytes = partsOf(client, 1) + 9;
      const [first, second, third] = [0, 7, 9].map((more) => evenBytes(sizeBytes + more, context.random)) as [
        Large,
        Large,
        Large,
      ];
      const create = { condition: { kind: 'create' } } as const;
      const old = updated(await storage.putObject('large', first, create), 'a create of what is absent');
      await checkRefused(client, () => storage.putObject('large', second, create), 'a create over an object');
      await checkHolds(storage, 'large', first, 'after a refused create', old);
      const update = { condition: { kind: 'update', version: old } } as const;
      const version = updated(await storage.putObject('large', second, update), 'an update');
      await checkHolds(storage, 'large', second, 'after an update', version);
      await checkRefused(client, () => storage.putObject('large', third, update), 'a stale update');
      await checkHolds(storage, 'large', second, 'after a refused update', version);
      await checkRefused(client, () => storage.putObject('absent', third, update), 'an update of what is absent');
      await checkAbsent(storage, 'absent', 'the object of a refused update');
    },
  },
  {
    id: 'multi.failed-part',
    requires: ['multipart', 'faults'],
    proves: 'Where a part fails for good there is no object, the old one stays, and the upload is freed.',
    why: 'Parts that nobody sees are paid for until somebody looks for them.',
    async run(context) {
      const { storage, client } = await openInParts(context);
      const [old, bytes] = [context.random.bytes(20), evenBytes(partsOf(client, 3), context.random)];
      const version = await write(storage, 'old', old);
      for (const path of ['old', 'new']) {
        client?.next('upload_part', (call) => call.send(), denied);
        await checkRejects(
          storage.putObject(path, bytes),
          ['permission_denied'],
          `an upload to "${path}" with a bad part`,
        );
      }
      await checkHolds(storage, 'old', old, 'the old object after an upload failed', version);
      await checkAbsent(storage, 'new', 'the object of an upload that failed');
      checkEqual(uploadsOf(client, 'abort_upload'), 2, 'uploads that were freed, of two that failed');
      checkEqual(client?.count('complete_upload'), 0, 'completions of uploads that failed');
    },
  },
  {
    id: 'multi.lost-part',
    requires: ['multipart', 'faults'],
    proves: 'A part whose answer was lost, or that never arrived, is in the object once and in its place.',
    why: 'A chunk would be stored with bytes missing or doubled, by a connection that broke.',
    async run(context) {
      const { storage, client } = await openInPartsToFail(context);
      for (const [path, fault] of [
        ['lost', lostAnswer],
        ['refused', refusedConnection],
      ] as const) {
        const bytes = context.random.bytes(partsOf(client, 2) + 9);
        client.next('upload_part', (call) => call.send(), fault);
        const version = await write(storage, path, bytes);
        await checkHolds(storage, path, bytes, `an object with a part that was ${path}`, version);
      }
    },
  },
  {
    id: 'multi.lost-upload',
    requires: ['multipart', 'faults', 'conditionalCreate'],
    proves: 'An upload that the provider loses midway keeps to its condition, or fails.',
    why: 'What another writer has committed meanwhile would be replaced.',
    async run(context) {
      const { storage, client } = await openInPartsToFail(context);
      const theirs = context.random.bytes(70);
      client.next('upload_part', async (call) => {
        await write(context.storage, 'taken', theirs);
        return await uploadGone(call);
      });
      const create = { condition: { kind: 'create' } } as const;
      const put = storage.putObject('taken', evenBytes(partsOf(client, 2) + 9, context.random), create);
      const failed = await put.then(({ kind }) => kind !== 'updated', isStorageError);
      check(
        failed,
        'a create whose upload was lost, over an object: expected a refusal or a StorageError, saw neither',
      );
      await checkHolds(context.storage, 'taken', theirs, "another writer's object, after an upload was lost");
    },
  },
]);

type Large = Uint8Array<ArrayBuffer>;

/** A handle that uploads in small parts; the first one is only asked how small they may be. */
async function openInParts({ openWatched }: CaseContext): Promise<WatchedHandle> {
  const { client } = await openWatched();
  return await openWatched({ settings: settingsForParts(client) });
}

/** The same, of which calls can be tried again. */
async function openInPartsToFail({ openFaulty }: CaseContext): Promise<FaultyHandle> {
  const { client } = await openFaulty();
  return await openFaulty({ settings: settingsForParts(client) });
}

async function checkNothing(storage: Storage, folder: string): Promise<void> {
  await checkAbsent(storage, `${folder}/object`, 'a new object, with all parts uploaded');
  checkEqual(await listed(storage, folder), [], 'a listing, with all parts uploaded');
}

async function checkRefused(
  client: FaultyClient | undefined,
  put: () => ReturnType<Storage['putObject']>,
  what: string,
): Promise<void> {
  const counts = (): number[] =>
    (['start_upload', 'upload_part', 'complete_upload', 'abort_upload'] as const).map(
      (verb) => client?.count(verb) ?? 0,
    );
  const before = counts();
  refused(await put(), what);
  const [begun, parts = 0, completed = 0, freed] = counts().map((count, index) => count - (before[index] as number));
  // A sequential upload may be refused when it begins: there is nothing to be freed then.
  const isFreed = begun === 1 && freed === (parts + completed === 0 ? 0 : 1);
  check(!client || isFreed, `${what}: expected an upload that is freed, saw it left, or none`);
}

/** How many different uploads a verb was called for. */
function uploadsOf(client: FaultyClient | undefined, verb: ClientVerb): number {
  const requests = (client?.calls ?? []).filter((call) => call.verb === verb).map((call) => call.request);
  return new Set(requests.map((request) => (request as { readonly uploadId: string }).uploadId)).size;
}
