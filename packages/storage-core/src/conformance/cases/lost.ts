import type { Storage } from '../../contract.ts';
import { checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { denied, headWithoutMetadata, lostAnswer, refusedConnection, uploadGone } from '../faults.ts';
import type { Fault, FaultyClient } from '../faulty-client.ts';
import type { Requirement } from '../harness.ts';
import { checkHolds, refused, updated, write } from '../objects.ts';
import { evenBytes, partsOf, settingsForParts } from '../parts.ts';

const recoverable: readonly Requirement[] = ['faults', 'userMetadata', 'conditionalCreate', 'conditionalUpdate'];
const create = { kind: 'create' } as const;

/** As many failures as there are tries for one request: see `openFaulty`. */
const everyTry = 4;

export const lostCases: readonly ConformanceCase[] = casesOf('lost', [
  {
    id: 'lost.create',
    requires: recoverable,
    proves: 'A create that landed and whose answer was lost is reported as updated.',
    why: 'A commit that landed would be taken for one that lost its race, and be made a second time.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty();
      for (const lost of [1, 2, everyTry]) {
        const [path, bytes] = [`created-${lost}`, random.bytes(100)];
        client.next('put', ...repeated(lostAnswer, lost));
        const what = `a create with ${lost} lost answers`;
        const version = updated(await storage.putObject(path, bytes, { condition: create }), what);
        await checkHolds(storage, path, bytes, what, version);
      }
    },
  },
  {
    id: 'lost.update',
    requires: recoverable,
    proves: 'An update that landed and whose answer was lost is reported as updated.',
    why: 'A commit that landed would be taken for one that lost its race, and be made a second time.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty();
      for (const lost of [1, everyTry]) {
        const [path, bytes] = [`updated-${lost}`, random.bytes(100)];
        const condition = { kind: 'update', version: await write(storage, path, random.bytes(100)) } as const;
        client.next('put', ...repeated(lostAnswer, lost));
        const what = `an update with ${lost} lost answers`;
        const version = updated(await storage.putObject(path, bytes, { condition }), what);
        await checkHolds(storage, path, bytes, what, version);
      }
    },
  },
  {
    id: 'lost.multipart',
    requires: [...recoverable, 'multipart'],
    proves: 'A completion that landed and whose answer was lost is reported as updated, though its upload is gone.',
    why: 'A large write that landed would be reported as failed, and its commit given up.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty({ settings: settingsForParts((await openFaulty()).client) });
      const bytes = evenBytes(partsOf(client, 1) + 100, random);
      const cases = [
        ['sent again to the provider', undefined],
        ['answered with NoSuchUpload', uploadGone],
      ] as const;
      for (const [index, [what, second]] of cases.entries()) {
        const path = `large-${index}`;
        client.next('complete_upload', lostAnswer);
        if (second) client.next(client.multipart?.kind === 'sequential' ? 'ask_upload' : 'complete_upload', second);
        const version = updated(await storage.putObject(path, bytes, { condition: create }), `a completion ${what}`);
        await checkHolds(storage, path, bytes, `a completion ${what}`, version);
      }
    },
  },
  {
    id: 'lost.fresh-version',
    requires: recoverable,
    proves: 'The version of a write whose answer was lost passes the next update.',
    why: 'The writer would be shut out from the object that it has just written.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty();
      const bytes = random.bytes(60);
      client.next('put', lostAnswer);
      const first = updated(await storage.putObject('chain', random.bytes(50), { condition: create }), 'a lost create');
      client.next('put', lostAnswer);
      const second = await storage.putObject('chain', random.bytes(50), {
        condition: { kind: 'update', version: first },
      });
      const version = updated(second, 'an update with the version of a lost create');
      const third = await storage.putObject('chain', bytes, { condition: { kind: 'update', version } });
      updated(third, 'an update with the version of a lost update');
      await checkHolds(storage, 'chain', bytes, 'after three writes');
    },
  },
  {
    id: 'lost.foreign-winner',
    requires: recoverable,
    proves: "Where another writer's object is found after failures, the write is never taken for one's own.",
    why: "A writer would build on a commit that it did not make, and the other's would be lost.",
    async run({ storage: other, random, openFaulty }) {
      const { storage, client } = await openFaulty();
      const theirs = random.bytes(80);
      client.next('put', foreignWrite(other, 'taken', theirs));
      const result = await storage.putObject('taken', random.bytes(80), { condition: create });
      refused(result, "a create that found another writer's object at its second try");
      await checkHolds(other, 'taken', theirs, 'after a refused create');
      client.next('put', foreignWrite(other, 'taken-too', theirs), ...repeated(refusedConnection, everyTry - 1));
      const put = storage.putObject('taken-too', random.bytes(80), { condition: create });
      await checkRejects(put, ['unavailable'], "a create without an answer, over another writer's object");
      await checkHolds(other, 'taken-too', theirs, 'after a create without an answer');
    },
  },
  {
    id: 'lost.readback-fails',
    requires: recoverable,
    proves: 'Where it cannot be found out whether a write landed, its error is thrown, and never a conflict.',
    why: 'A commit that landed would be taken for one that lost its race, on no evidence.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty();
      const failures = [
        ['permission_denied', [denied]],
        ['unavailable', Array.from({ length: storage.settings.retries.maxTries }, () => refusedConnection)],
      ] as const;
      for (const [kind, everyHead] of failures) {
        const bytes = random.bytes(40);
        client.next('put', lostAnswer);
        client.next('head', ...everyHead);
        const put = storage.putObject(kind, bytes, { condition: create });
        await checkRejects(put, [kind], `a create whose answer was lost and that cannot be read back (${kind})`);
        await checkHolds(storage, kind, bytes, 'the object that landed');
      }
    },
  },
  {
    id: 'lost.no-metadata',
    requires: ['faults', 'conditionalCreate', 'conditionalUpdate'],
    proves:
      'On a store without metadata a lost answer and then a refusal is `outcome_unknown`, and a refusal alone is one.',
    why: 'Success or conflict would be made up, where nothing can tell which of the two it is.',
    async run({ capabilities, random, openFaulty }) {
      const { storage, client } = await openFaulty();
      if (capabilities.userMetadata) {
        client.next('head', headWithoutMetadata);
        await checkOutcomeUnknown(storage, client, 'seen', random.bytes(30));
      }
      client.declareCapabilities({ userMetadata: false });
      await checkOutcomeUnknown(storage, client, 'declared', random.bytes(30));
      const again = await storage.putObject('declared', random.bytes(30), { condition: create });
      refused(again, 'a create over an object, with every answer received');
    },
  },
]);

function repeated(fault: Fault, times: number): Fault[] {
  return Array.from({ length: times }, () => fault);
}

/** Another writer is faster, and the request never arrives. */
function foreignWrite(other: Storage, path: string, bytes: Uint8Array): Fault {
  return async (call) => {
    await write(other, path, bytes, { condition: create });
    return await refusedConnection(call);
  };
}

async function checkOutcomeUnknown(
  storage: Storage,
  client: FaultyClient,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  client.next('put', lostAnswer);
  const put = storage.putObject(name, bytes, { condition: create });
  await checkRejects(put, ['outcome_unknown'], `a create on a store that has no metadata, as is ${name}`);
  await checkHolds(storage, name, bytes, 'the object that landed');
}
