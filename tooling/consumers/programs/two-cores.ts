// Two versions of core in one tree: that of the user, and one of the backend's own below it. Each knows the other's errors,
// versions and storages.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as core from '@icechunk/storage-core';
import { toIcechunkCallbacks } from '@icechunk/storage-core/icechunk';
import { InMemoryClient, InMemoryObjects, inMemoryStorage } from '@icechunk/storage-memory';

function equal(what: string, got: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(got), JSON.stringify(expected)];
  if (one !== other) throw new Error(`${what}: ${one}, expected ${other}`);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => ({ resolvedWith: value }),
    (err: unknown) => err,
  );
}

const ofBackend = createRequire(import.meta.resolve('@icechunk/storage-memory'));
const nested: typeof core = await import(pathToFileURL(ofBackend.resolve('@icechunk/storage-core')).href);
equal('there is one core alone', nested.StorageError === core.StorageError, false);

// A storage is of the core of whoever called createStorage(): the backend's, and the user's around the backend's client.
const ofNested = inMemoryStorage();
const ofTop = core.createStorage(new InMemoryClient(new InMemoryObjects()), { defaults: core.localDefaults });

for (const [pair, storage, own, other] of [
  ['nested storage, top core', ofNested, nested, core],
  ['top storage, nested core', ofTop, core, nested],
] as const) {
  // Refused by the storage itself, before its client is asked.
  const refused = await rejection(storage.getObject('../up'));
  equal(`${pair}: its error is of its own class`, refused instanceof own.StorageError, true);
  equal(`${pair}: and not of the other's`, refused instanceof other.StorageError, false);
  equal(`${pair}: but recognised`, other.isStorageError(refused, 'invalid_path'), true);
  equal(`${pair}: and kept as it is`, other.toStorageError(refused) === refused, true);
  equal(`${pair}: nothing else is recognised`, other.isStorageError(new Error('of anybody')), false);
  const missing = await rejection(storage.getObject('no'));
  equal(`${pair}: so is what its client says`, other.isStorageError(missing, 'not_found'), true);

  const below = other.withPrefix(storage, 'below');
  const through = await rejection(below.getObject('no'));
  equal(`${pair}: an error comes through a prefix`, other.isStorageError(through, 'not_found'), true);
  const first = await below.putObject('repo', new Uint8Array([1]), { condition: { kind: 'create' } });
  if (first.kind !== 'updated') throw new Error(`${pair}: a first create was refused`);
  const { version } = await storage.getObject('below/repo');
  equal(`${pair}: versions are the same`, other.isSameVersion(version, first.newVersion), true);
  const update = { condition: { kind: 'update', version } } as const;
  equal(`${pair}: an update`, (await below.putObject('repo', new Uint8Array([2, 3]), update)).kind, 'updated');
  const late = await storage.putObject('below/repo', new Uint8Array([4]), update);
  equal(`${pair}: a late update`, late.kind, 'not_on_latest_version');
  const listed = [];
  for await (const { id } of other.withPrefix(storage, '').listObjects('below')) listed.push(id);
  equal(`${pair}: a listing`, listed, ['repo']);
}

// The bridge of the user's core over a storage of the backend's: the engine must still learn what is missing.
const events: string[] = [];
const callbacks = toIcechunkCallbacks(ofNested, { onEvent: (event) => events.push(event.kind) });
const { data } = await callbacks.getObjectRange(null, { path: 'below/repo' });
equal('bytes over the bridge', [...data], [2, 3]);
const missing = await rejection(callbacks.getObjectRange(null, { path: 'no' }));
equal('what the engine is told of a missing object', (missing as Error).message, 'ObjectNotFound: no');
const put = { path: 'new', data: new Uint8Array([5]), previousVersion: {} };
equal('a create over the bridge', (await callbacks.putObject(null, put)).kind, 'updated');
equal('a second one', (await callbacks.putObject(null, put)).kind, 'not_on_latest_version');
await ofNested.close();
const closed = await rejection(callbacks.getObjectRange(null, { path: 'below/repo' }));
equal('what the engine is told of another failure', (closed as Error).message, 'closed: below/repo');
