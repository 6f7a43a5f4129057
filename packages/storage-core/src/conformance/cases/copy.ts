import { check, checkEqual, checkRejects } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { checkAbsent, checkHolds, read, refused, remove, updated, write } from '../objects.ts';

export const copyCases: readonly ConformanceCase[] = casesOf('copy', [
  {
    id: 'copy.basic',
    proves: 'A copy holds the bytes of its source, where nothing was, in a folder of its own, and over another object.',
    why: 'Icechunk copies the state of a repository before it replaces it, to be able to go back.',
    async run({ storage, random }) {
      const bytes = random.bytes(10_000);
      await write(storage, 'source', bytes);
      await write(storage, 'existing', random.bytes(20_000));
      for (const target of ['fresh', 'deep/in/folders', 'existing']) {
        updated(await storage.copyObject('source', target), `a copy to "${target}"`);
        await checkHolds(storage, target, bytes, `the copy at "${target}"`);
      }
      await write(storage, 'empty', new Uint8Array());
      updated(await storage.copyObject('empty', 'fresh'), 'a copy of an empty object');
      await checkHolds(storage, 'fresh', new Uint8Array(), 'the copy of an empty object');
      await checkHolds(storage, 'source', bytes, 'the source of copies');
    },
  },
  {
    id: 'copy.missing-source',
    proves: 'A copy of what is missing is `not_found`, and leaves its target as it is.',
    why: 'The target would be lost to a mistake that was noticed.',
    async run({ storage, random }) {
      const bytes = random.bytes(100);
      const version = await write(storage, 'target', bytes);
      await checkRejects(storage.copyObject('absent', 'target'), ['not_found'], 'a copy of a missing object');
      await checkHolds(storage, 'target', bytes, 'the target of a copy that failed', version);
      await checkRejects(
        storage.copyObject('absent', 'nothing'),
        ['not_found'],
        'a copy of a missing object to nowhere',
      );
      await checkAbsent(storage, 'nothing', 'the target of a copy that failed');
    },
  },
  {
    id: 'copy.stale-version',
    requires: ['conditionalUpdate'],
    proves: 'A copy of a version that is no more is refused, and leaves its target as it is.',
    why: 'The copy that a commit keeps would be of another state than the one that it replaces.',
    async run({ storage, random }) {
      const [bytes, kept] = [random.bytes(100), random.bytes(50)];
      const stale = await write(storage, 'source', random.bytes(90));
      const version = await write(storage, 'source', bytes);
      const target = await write(storage, 'target', kept);
      refused(await storage.copyObject('source', 'target', { version: stale }), 'a copy of a stale version');
      await checkHolds(storage, 'target', kept, 'the target of a refused copy', target);
      refused(
        await storage.copyObject('source', 'nothing', { version: stale }),
        'a copy of a stale version to nowhere',
      );
      await checkAbsent(storage, 'nothing', 'the target of a refused copy');
      updated(await storage.copyObject('source', 'target', { version }), 'a copy of the version that is there');
      await checkHolds(storage, 'target', bytes, 'the copy of a version');
    },
  },
  {
    id: 'copy.metadata',
    requires: ['userMetadata'],
    proves:
      'A copy has the content type and user metadata of its source; a content type that is given replaces only that.',
    why: "A copy that lost them is not the object that it was made of, to Icechunk's other clients.",
    async run({ storage, random }) {
      const metadata = { icspecver: '2', origin: 'source' };
      await write(storage, 'source', random.bytes(100), { contentType: 'application/x-source', metadata });
      await write(storage, 'existing', random.bytes(10), { contentType: 'text/plain', metadata: { other: 'kept?' } });
      const copies = [
        ['fresh', {}, 'application/x-source'],
        ['existing', {}, 'application/x-source'],
        ['retyped', { contentType: 'application/x-target' }, 'application/x-target'],
      ] as const;
      for (const [target, options, expected] of copies) {
        updated(await storage.copyObject('source', target, options), `a copy to "${target}"`);
        const { contentType, metadata: seen = {} } = await read(storage, target);
        const { icspecver, origin, ...more } = seen;
        checkEqual(contentType, expected, `the content type of "${target}"`);
        checkEqual({ icspecver, origin, ...more }, metadata, `the metadata of "${target}"`);
      }
    },
  },
  {
    id: 'copy.independent',
    proves: 'What happens to a source after the copy does not reach the target, nor the other way round.',
    why: 'A state that is kept to go back to would change with the one that it protects against.',
    async run({ storage, random }) {
      const bytes = random.bytes(100);
      await write(storage, 'source', bytes);
      updated(await storage.copyObject('source', 'target'), 'a copy');
      const { version } = await read(storage, 'target');
      const changed = random.bytes(100);
      await write(storage, 'source', changed);
      await checkHolds(storage, 'target', bytes, 'the target after its source was replaced', version);
      await remove(storage, 'source');
      await checkHolds(storage, 'target', bytes, 'the target after its source was deleted', version);
      await write(storage, 'source', bytes);
      updated(await storage.copyObject('source', 'target'), 'another copy');
      await write(storage, 'target', changed);
      await checkHolds(storage, 'source', bytes, 'the source after its copy was replaced');
    },
  },
  {
    id: 'copy.result-version',
    requires: ['conditionalUpdate'],
    proves: "A copy returns the target's version, usable at once in an update.",
    why: 'The next update of the copy would be refused, or be let through over a state that nobody saw.',
    async run({ storage, capabilities, random }) {
      const bytes = random.bytes(100);
      const source = await write(storage, 'source', bytes);
      for (const target of ['fresh', 'existing']) {
        if (target === 'existing') await write(storage, target, random.bytes(70));
        const version = updated(await storage.copyObject('source', target), `a copy to "${target}"`);
        await checkHolds(storage, target, bytes, `the copy at "${target}"`, version);
        const differs = JSON.stringify(version) !== JSON.stringify(source);
        check(
          capabilities.contentEtags || differs,
          `a copy to "${target}": expected a version of its own, saw the source's`,
        );
        const next = random.bytes(60);
        const result = await storage.putObject(target, next, { condition: { kind: 'update', version } });
        updated(result, `an update of "${target}" with the version that the copy returned`);
        await checkHolds(storage, target, next, `"${target}" after the update`);
      }
    },
  },
]);
