import type { Storage } from '../../contract.ts';
import type { WriteCondition } from '../../version.ts';
import { checkEqual } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { countTogether } from '../counter.ts';
import { generationBytes, generationOf } from '../generations.ts';
import { checkAbsent, checkHolds, read, refused, remove, write } from '../objects.ts';
import { fallOutOfStep } from '../out-of-step.ts';

const create: WriteCondition = { kind: 'create' };

/** What many writers on one object come to. */
export const casCases: readonly ConformanceCase[] = casesOf('cas', [
  {
    id: 'cas.create-race',
    requires: ['conditionalCreate'],
    proves: 'Of 16 creators of one object one wins, and the object is its own.',
    why: 'Two winners of `repo` are two repositories in one place, each overwriting the other.',
    async run({ storage }) {
      const creators = Array.from({ length: 16 }, () => storage);
      for (let round = 0; round < 5; round++) await raceCreates(creators, `object-${round}`);
    },
  },
  {
    id: 'cas.counter',
    requires: ['conditionalUpdate'],
    proves: 'Eight writers who add 25 each to one number add 200.',
    why: 'Each step is a commit in small: a number that is too low is a commit that was lost after it was acknowledged.',
    async run({ storage }) {
      await countTogether(
        Array.from({ length: 8 }, () => storage),
        25,
      );
    },
  },
  {
    id: 'cas.two-instances',
    requires: ['conditionalCreate', 'conditionalUpdate', 'second'],
    proves: 'Creates and updates have one winner also between two instances that share nothing but the store.',
    why: 'Commits come from many processes: what only a lock inside one of them protects is not protected.',
    async run(context) {
      const pair = [context.storage, await context.openSecond()];
      const writers = Array.from({ length: 4 }, () => pair).flat();
      for (let round = 0; round < 5; round++) await raceCreates([...writers, ...writers], `object-${round}`);
      await countTogether(writers, 25);
    },
  },
  {
    id: 'cas.update-vs-delete',
    requires: ['conditionalUpdate'],
    proves:
      'A deleted object never comes back by an update under the version that it had, in whichever order they meet.',
    why: 'A branch that was deleted would come to life with a commit that nobody can see the start of.',
    async run({ storage, random }) {
      for (let round = 0; round < 40; round++) {
        const path = `object-${round}`;
        const version = await write(storage, path, generationBytes(0));
        const update = async (): Promise<unknown> =>
          await storage.putObject(path, generationBytes(1), { condition: { kind: 'update', version } });
        const calls = [update, () => remove(storage, path)];
        // Whoever comes first: an update before the delete is deleted, one after it is refused.
        await Promise.all(calls.map((call) => fallOutOfStep(random).then(call)));
        await checkAbsent(storage, path, `round ${round}: a get after a delete that met an update`);
        const stale = await storage.putObject(path, generationBytes(2), { condition: { kind: 'update', version } });
        refused(stale, `round ${round}: an update under the version of the object that was deleted`);
        await checkAbsent(storage, path, `round ${round}: a get after the refused update`);
      }
    },
  },
  {
    id: 'cas.last-writer-intact',
    proves: 'Of puts without a condition that come at once, one stays, whole.',
    why: 'A mixture of two writers is an object that nobody wrote, under a version that says that it is sound.',
    async run({ storage }) {
      for (let round = 0; round < 5; round++) {
        const path = `object-${round}`;
        await Promise.all(Array.from({ length: 16 }, (_, writer) => write(storage, path, generationBytes(writer))));
        generationOf(await read(storage, path));
      }
    },
  },
]);

/** Everybody creates the object with bytes of their own. */
async function raceCreates(creators: readonly Storage[], path: string): Promise<void> {
  const results = await Promise.all(
    creators.map((storage, creator) => storage.putObject(path, generationBytes(creator), { condition: create })),
  );
  const winners = results.flatMap(({ kind }, creator) => (kind === 'updated' ? [creator] : []));
  checkEqual(winners.length, 1, `how many of ${creators.length} creates at once were not refused`);
  for (const storage of new Set(creators)) {
    await checkHolds(storage, path, generationBytes(winners[0] ?? 0), `the object of creator ${winners[0]}, who won`);
  }
}
