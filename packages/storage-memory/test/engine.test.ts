import { Storage as EngineStorage, Repository } from '@earthmover/icechunk';
import { createStorage, localDefaults, StorageError, type StorageEvent } from '@icechunk/storage-core';
import {
  type BridgeEvent,
  fetchRepositorySettings,
  toIcechunkCallbacks,
  toZarritaStore,
} from '@icechunk/storage-core/icechunk';
import { describe, expect, it } from 'vitest';
import * as zarr from 'zarrita';
import { InMemoryClient, InMemoryObjects, inMemoryStorage } from '../src/index.ts';

type Session = Awaited<ReturnType<Repository['writableSession']>>;

const engine = { Repository, Storage: EngineStorage };
const cells = (offset: number) => Int32Array.from({ length: 24 }, (_, index) => index + offset);

async function writeArray(session: Session, name: string, values: Int32Array): Promise<void> {
  const array = await zarr.create(zarr.root(toZarritaStore(session.store)).resolve(name), {
    shape: [4, 6],
    chunkShape: [2, 3],
    dtype: 'int32',
  });
  await zarr.set(array, null, { data: values, shape: [4, 6], stride: [6, 1] });
}

async function readArray(session: Session, name: string): Promise<unknown> {
  const array = await zarr.open(zarr.root(toZarritaStore(session.store)).resolve(name), { kind: 'array' });
  return (await zarr.get(array)).data;
}

function open(objects: InMemoryObjects): Promise<Repository> {
  return Repository.open(EngineStorage.newCustom(toIcechunkCallbacks(inMemoryStorage({ objects }))));
}

function create(objects: InMemoryObjects): Promise<Repository> {
  return Repository.create(EngineStorage.newCustom(toIcechunkCallbacks(inMemoryStorage({ objects }))));
}

// Chunks this small would otherwise lie inside their manifest, and no chunk would be written at all.
const everyChunkAnObject = { inlineChunkThresholdBytes: 0 };

describe('a repository of the real engine', () => {
  it('holds what was committed, for another storage over the same objects', async () => {
    const objects = new InMemoryObjects();
    const storage = inMemoryStorage({ objects });
    const repository = await Repository.create(
      EngineStorage.newCustom(toIcechunkCallbacks(storage)),
      everyChunkAnObject,
    );
    const session = await repository.writableSession('main');
    await writeArray(session, 'rain', cells(100));
    const first = await session.commit('first');
    const second = await repository.writableSession('main');
    await writeArray(second, 'snow', cells(500));
    const last = await second.commit('second');

    const reopened = await open(objects);
    expect((await reopened.ancestry({ branch: 'main' })).map(({ id, message }) => [id, message]).slice(0, 2)).toEqual([
      [last, 'second'],
      [first, 'first'],
    ]);
    const now = await reopened.readonlySession({ branch: 'main' });
    expect(await readArray(now, 'rain')).toEqual(cells(100));
    expect(await readArray(now, 'snow')).toEqual(cells(500));
    const before = await reopened.readonlySession({ snapshotId: first });
    expect(await readArray(before, 'rain')).toEqual(cells(100));
    await expect(readArray(before, 'snow')).rejects.toThrow();

    const chunks: string[] = [];
    for await (const { id } of storage.listObjects('chunks')) chunks.push(id);
    expect(chunks).toHaveLength(8);
  });

  it('is refused where something else lies in the root, and leaves it alone', async () => {
    const objects = new InMemoryObjects();
    const storage = inMemoryStorage({ objects });
    for (const path of ['notes/b', 'notes/a']) await storage.putObject(path, new Uint8Array(3));
    await expect(create(objects)).rejects.toThrow('clean');
    const left: string[] = [];
    for await (const { id } of storage.listObjects('')) left.push(id);
    expect(left.sort()).toEqual(['notes/a', 'notes/b']);
  });

  it('exists once it is created, and not before', async () => {
    const objects = new InMemoryObjects();
    const exists = () => Repository.exists(EngineStorage.newCustom(toIcechunkCallbacks(inMemoryStorage({ objects }))));
    expect(await exists()).toBe(false);
    await create(objects);
    expect(await exists()).toBe(true);
    await expect(create(objects)).rejects.toThrow('clean');
  });

  it('is never created over another, also where the engine does not look at the root first', async () => {
    const objects = new InMemoryObjects();
    const session = await (await create(objects)).writableSession('main');
    await writeArray(session, 'rain', cells(0));
    await session.commit('kept');
    const custom = EngineStorage.newCustom(toIcechunkCallbacks(inMemoryStorage({ objects })));
    await expect(Repository.create(custom, null, null, null, false)).rejects.toThrow('repo info object was updated');
    const log = await (await open(objects)).ancestry({ branch: 'main' });
    expect(log.map(({ message }) => message)).toEqual(['kept', 'Repository initialized']);
  });
});

describe('two sessions that commit at once', () => {
  it('conflict, and both land once the loser has rebased', async () => {
    const objects = new InMemoryObjects();
    const [one, other] = [await create(objects), await open(objects)];
    const [winner, loser] = [await one.writableSession('main'), await other.writableSession('main')];
    await writeArray(winner, 'rain', cells(0));
    await writeArray(loser, 'snow', cells(1000));
    await winner.commit('winner');
    await expect(loser.commit('loser')).rejects.toThrow('conflict');
    expect((await (await open(objects)).ancestry({ branch: 'main' })).map(({ message }) => message)[0]).toBe('winner');
    await loser.rebase();
    await loser.commit('loser');

    const repository = await open(objects);
    const messages = (await repository.ancestry({ branch: 'main' })).map(({ message }) => message);
    expect(messages.slice(0, 2)).toEqual(['loser', 'winner']);
    const session = await repository.readonlySession({ branch: 'main' });
    expect(await readArray(session, 'rain')).toEqual(cells(0));
    expect(await readArray(session, 'snow')).toEqual(cells(1000));
  });

  it('refuse to rebase over each other where both wrote the same chunk', async () => {
    const objects = new InMemoryObjects();
    const repository = await create(objects);
    const base = await repository.writableSession('main');
    await writeArray(base, 'rain', cells(0));
    await base.commit('base');
    const sessions = [await repository.writableSession('main'), await repository.writableSession('main')];
    for (const [index, session] of sessions.entries()) {
      const array = await zarr.open(zarr.root(toZarritaStore(session.store)).resolve('rain'), { kind: 'array' });
      await zarr.set(array, [0, 0], index + 7);
    }
    await sessions[0]?.commit('seven');
    await expect(sessions[1]?.commit('eight')).rejects.toThrow('conflict');
    await expect(sessions[1]?.rebase()).rejects.toThrow('rebase');
    const session = await (await open(objects)).readonlySession({ branch: 'main' });
    expect(await readArray(session, 'rain')).toEqual(Int32Array.from([7, ...cells(0).slice(1)]));
  });

  it('leave one winner, and as many commits as were acknowledged, of sixteen at the same moment', async () => {
    const objects = new InMemoryObjects();
    await create(objects);
    const sessions = await Promise.all(
      Array.from({ length: 16 }, async (_, index) => {
        const session = await (await open(objects)).writableSession('main');
        await writeArray(session, `array-${index}`, cells(index));
        return session;
      }),
    );
    const outcomes = await Promise.allSettled(sessions.map((session, index) => session.commit(`commit ${index}`)));
    const acknowledged = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(acknowledged).toHaveLength(1);
    const log = await (await open(objects)).ancestry({ branch: 'main' });
    expect(log.map(({ id }) => id).slice(0, -1)).toEqual(acknowledged);
  });
});

describe('amend', () => {
  it('replaces the last commit in the log', async () => {
    const objects = new InMemoryObjects();
    const repository = await create(objects);
    const first = await repository.writableSession('main');
    await writeArray(first, 'rain', cells(0));
    await first.commit('frist');
    const again = await repository.writableSession('main');
    await writeArray(again, 'snow', cells(5));
    await again.amend('first');
    const reopened = await open(objects);
    const log = (await reopened.ancestry({ branch: 'main' })).map(({ message }) => message);
    expect(log).toEqual(['first', 'Repository initialized']);
    const session = await reopened.readonlySession({ branch: 'main' });
    expect(await readArray(session, 'rain')).toEqual(cells(0));
    expect(await readArray(session, 'snow')).toEqual(cells(5));
  });
});

describe('fetchRepositorySettings', () => {
  it('gives what the repository was created with, fit to make the storage anew', async () => {
    const objects = new InMemoryObjects();
    const storage = inMemoryStorage({ objects });
    const settings = { unsafeUseConditionalUpdate: false, chunksStorageClass: 'COLD', retries: { maxTries: 4 } };
    await Repository.create(EngineStorage.newCustom(toIcechunkCallbacks(storage)), { storage: settings });

    const found = await fetchRepositorySettings(engine, storage);
    expect(found).toMatchObject(settings);
    const events: StorageEvent[] = [];
    const rebuilt = inMemoryStorage({ objects, settings: found, onEvent: (event) => events.push(event) });
    expect(rebuilt.settings).toMatchObject(settings);
    await rebuilt.putObject('repo', new Uint8Array(1), { condition: { kind: 'update', version: { etag: 'stale' } } });
    expect(events).toEqual([{ kind: 'condition_dropped', condition: 'update' }]);
  });

  it('gives nothing where the repository was created with the defaults', async () => {
    const objects = new InMemoryObjects();
    await create(objects);
    expect(await fetchRepositorySettings(engine, inMemoryStorage({ objects }))).toEqual({});
  });
});

/** Answers 403 for what is absent, as AWS does to those who may not list. */
class ForbiddingClient extends InMemoryClient {
  override async get(...args: Parameters<InMemoryClient['get']>): ReturnType<InMemoryClient['get']> {
    try {
      return await super.get(...args);
    } catch {
      throw new StorageError({ kind: 'permission_denied', message: 'ObjectNotFound or forbidden', status: 403 });
    }
  }
}

describe('credentials that may not list', () => {
  const forbidding = (objects: InMemoryObjects) =>
    createStorage(new ForbiddingClient(objects), { defaults: localDefaults });

  it('open a repository where assumeMissingOn403 says so, and not otherwise', async () => {
    const objects = new InMemoryObjects();
    await create(objects);
    const strict = EngineStorage.newCustom(toIcechunkCallbacks(forbidding(objects)));
    await expect(Repository.open(strict)).rejects.toThrow('permission_denied: refs/branch.main/ref.json');

    const events: BridgeEvent[] = [];
    const options = { assumeMissingOn403: true, onEvent: (event: BridgeEvent) => events.push(event) };
    const repository = await Repository.open(
      EngineStorage.newCustom(toIcechunkCallbacks(forbidding(objects), options)),
    );
    expect(await repository.listBranches()).toEqual(['main']);
    const assumed = new Set(events.flatMap((event) => (event.kind === 'assumed_missing' ? [event.path] : [])));
    expect(assumed).toEqual(new Set(['config.yaml', 'refs/branch.main/ref.json']));
    expect(events.filter(({ kind }) => kind !== 'assumed_missing')).toEqual([]);
  });

  it('never take a forbidden repository for none', async () => {
    const options = { assumeMissingOn403: true };
    const custom = EngineStorage.newCustom(toIcechunkCallbacks(forbidding(new InMemoryObjects()), options));
    await expect(Repository.exists(custom)).rejects.toThrow('permission_denied: repo');
  });
});

describe('a storage that may not write', () => {
  it('serves reads, and refuses the commit', async () => {
    const objects = new InMemoryObjects();
    const writer = await (await create(objects)).writableSession('main');
    await writeArray(writer, 'rain', cells(3));
    await writer.commit('first');
    const storage = inMemoryStorage({ objects, readOnly: true });
    const repository = await Repository.open(EngineStorage.newCustom(toIcechunkCallbacks(storage)));
    expect(await readArray(await repository.readonlySession({ branch: 'main' }), 'rain')).toEqual(cells(3));
    const before = JSON.stringify(await repository.ancestry({ branch: 'main' }));
    await expect(
      (async () => {
        const session = await repository.writableSession('main');
        await writeArray(session, 'snow', cells(4));
        await session.commit('refused');
      })(),
    ).rejects.toThrow(/read.?only/i);
    expect(JSON.stringify(await (await open(objects)).ancestry({ branch: 'main' }))).toBe(before);
  });
});
