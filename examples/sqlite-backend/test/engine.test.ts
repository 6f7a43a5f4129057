import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Repository, Storage } from '@earthmover/icechunk';
import { toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import * as zarr from 'zarrita';
import { sqliteStorage } from '../src/index.ts';
import { freshDatabase } from './folder.ts';

type Session = Awaited<ReturnType<Repository['writableSession']>>;

const cells = (offset: number): Int32Array => Int32Array.from({ length: 24 }, (_, index) => index + offset);

function engineStorage(path: string): Storage {
  return Storage.newCustom(toIcechunkCallbacks(sqliteStorage(path)));
}

async function writeArray(session: Session, name: string, values: Int32Array): Promise<void> {
  const place = zarr.root(toZarritaStore(session.store)).resolve(name);
  const array = await zarr.create(place, { shape: [4, 6], chunkShape: [2, 3], dtype: 'int32' });
  await zarr.set(array, null, { data: values, shape: [4, 6], stride: [6, 1] });
}

async function readArray(session: Session, name: string): Promise<unknown> {
  const array = await zarr.open(zarr.root(toZarritaStore(session.store)).resolve(name), { kind: 'array' });
  return (await zarr.get(array)).data;
}

async function messages(repository: Repository): Promise<string[]> {
  return (await repository.ancestry({ branch: 'main' })).map(({ message }) => message);
}

it('holds a repository of the engine, and both commits of two sessions that race', async () => {
  const path = freshDatabase();
  // Chunks this small would otherwise lie inside their manifest.
  const repository = await Repository.create(engineStorage(path), { inlineChunkThresholdBytes: 0 });
  const winner = await repository.writableSession('main');
  const loser = await (await Repository.open(engineStorage(path))).writableSession('main');
  await writeArray(winner, 'rain', cells(0));
  await writeArray(loser, 'snow', cells(1000));
  await winner.commit('rain');
  await assert.rejects(loser.commit('snow'), /conflict/);
  assert.deepEqual(await messages(await Repository.open(engineStorage(path))), ['rain', 'Repository initialized']);
  await loser.rebase();
  await loser.commit('snow');

  const reopened = await Repository.open(engineStorage(path));
  assert.deepEqual(await messages(reopened), ['snow', 'rain', 'Repository initialized']);
  const session = await reopened.readonlySession({ branch: 'main' });
  assert.deepEqual(await readArray(session, 'rain'), cells(0));
  assert.deepEqual(await readArray(session, 'snow'), cells(1000));

  const chunks: string[] = [];
  for await (const { id } of sqliteStorage(path).listObjects('chunks')) chunks.push(id);
  assert.equal(chunks.length, 8);
});
