import type { Storage } from '../../contract.ts';
import { isSameVersion, type VersionInfo } from '../../version.ts';
import { check, checkBytes, checkEqual, checkRejects, fail } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import { read, readBody, type SeenObject, show, updated, write } from '../objects.ts';

/** What a read gives to someone who knows a version already. */
export const condgetCases: readonly ConformanceCase[] = casesOf('condget', [
  {
    id: 'condget.unchanged',
    proves: 'An object that still has the known version is not sent again.',
    why: 'The engine looks at `repo` before each step by this call: what it holds is the newest, or it is not.',
    async run({ storage, random }) {
      for (const size of [0, 1_000]) {
        const version = await write(storage, `object-${size}`, random.bytes(size));
        const { kind } = await ask(storage, `object-${size}`, version);
        checkEqual(kind, 'on_latest_version', `a conditional get of ${size} bytes under their version`);
      }
    },
  },
  {
    id: 'condget.changed',
    proves: 'An object that was replaced is sent with its new bytes and the version that a plain read gives.',
    why: 'Taken for unchanged, the commit of another writer stays unseen and is built over.',
    async run({ storage, random }) {
      const path = 'object';
      const known = await write(storage, path, random.bytes(1_000));
      const bytes = random.bytes(1_100);
      await write(storage, path, bytes);
      const seen = await modified(storage, path, known);
      checkBytes(seen.bytes, bytes, 'a conditional get of a replaced object');
      const plain = await read(storage, path);
      const what = `a plain read gives the version ${show(plain.version)}, the conditional one ${show(seen.version)}`;
      check(isSameVersion(seen.version, plain.version), what);
    },
  },
  {
    id: 'condget.no-version',
    proves: 'Without a known version the object is sent.',
    why: 'The first look at a repository knows no version: without bytes there is nothing to open.',
    async run({ storage, random }) {
      const bytes = random.bytes(1_000);
      await write(storage, 'object', bytes);
      const seen = await modified(storage, 'object', undefined);
      checkBytes(seen.bytes, bytes, 'a conditional get without a version');
    },
  },
  {
    id: 'condget.garbage-version',
    proves: 'A version that the store never gave out counts as another one: the object is sent.',
    why: 'A version kept from another store must cost a read, and not an error or an old state taken for the newest.',
    async run({ storage, random }) {
      const bytes = random.bytes(1_000);
      const { etag } = await write(storage, 'object', bytes);
      for (const version of garbage(etag)) {
        const seen = await modified(storage, 'object', version);
        checkBytes(seen.bytes, bytes, `a conditional get under the version ${show(version)}`);
      }
    },
  },
  {
    id: 'condget.missing',
    proves: 'A missing object is `not_found`, whether or not a version is known.',
    why: 'Taken for unchanged, a deleted repository is still written to.',
    async run({ storage }) {
      const version = await write(storage, 'another', new Uint8Array([1]));
      for (const known of [undefined, version, { etag: '"garbage"' }]) {
        const what = `a conditional get of what is missing, under the version ${show(known)}`;
        await checkRejects(storage.getObjectConditional('missing', known), ['not_found'], what);
      }
    },
  },
  {
    id: 'condget.verbatim-etag',
    requires: ['conditionalUpdate'],
    proves: 'Versions from puts, reads and conditional reads are one and the same, also after a trip through JSON.',
    why: 'Versions are kept in snapshots and sent by other processes: one that is reshaped loses every race.',
    async run({ storage, random }) {
      const path = 'object';
      const sources: Readonly<Record<string, (put: VersionInfo) => Promise<VersionInfo>>> = {
        'a put': async (put) => put,
        'a read': async () => (await read(storage, path)).version,
        'a conditional read': async () => (await modified(storage, path, undefined)).version,
      };
      let latest = await write(storage, path, random.bytes(100));
      for (const [source, versionOf] of Object.entries(sources)) {
        const version = JSON.parse(JSON.stringify(await versionOf(latest))) as VersionInfo;
        const { kind } = await ask(storage, path, version);
        checkEqual(kind, 'on_latest_version', `a conditional get under ${show(version)}, from ${source}`);
        const result = await storage.putObject(path, random.bytes(100), { condition: { kind: 'update', version } });
        latest = updated(result, `an update under ${show(version)}, from ${source}`);
      }
    },
  },
]);

/** Versions that no object has: of no shape, of another shape, and of shapes that HTTP would give a meaning to. */
function garbage(etag: string | undefined): readonly VersionInfo[] {
  const etags = [
    '"garbage"',
    'garbage',
    '"',
    '""',
    '',
    '*',
    '"*"',
    '"gärbage"',
    '"a\r\nb: c"',
    `"${'g'.repeat(5_000)}"`,
  ];
  const lists = etag === undefined ? [] : [`"garbage",${etag}`, `"garbage", ${etag}`];
  return [
    ...[...etags, ...lists].map((one) => ({ etag: one })),
    ...['garbage', '-1', '1', '99999999999999999999'].map((generation) => ({ generation })),
    {},
  ];
}

/** What the call answers; a body is not kept open. */
async function ask(
  storage: Storage,
  path: string,
  version: VersionInfo | undefined,
): Promise<{ readonly kind: string; readonly seen?: SeenObject }> {
  const result = await storage.getObjectConditional(path, version);
  return result.kind === 'modified' ? { kind: 'modified', seen: await readBody(result.object) } : result;
}

async function modified(storage: Storage, path: string, version: VersionInfo | undefined): Promise<SeenObject> {
  const { kind, seen } = await ask(storage, path, version);
  return seen ?? fail(`a conditional get under the version ${show(version)}: expected modified, saw ${kind}`);
}
