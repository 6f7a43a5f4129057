import { Storage as EngineStorage, Repository } from '@earthmover/icechunk';
import type { Storage } from '@icechunk/storage-core';
import { type IcechunkCallbacks, toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import { inMemoryStorage } from '@icechunk/storage-memory';
import * as zarr from 'zarrita';
import { type Contender, compare, type Measurement } from './paired.ts';

/** A commit of the real engine through the bridge against one through callbacks that call the same storage directly. */
export async function bridgeCost(rounds: number): Promise<Measurement> {
  const ours = await committing('bridge', toIcechunkCallbacks(inMemoryStorage()));
  const rival = await committing('bare callbacks, same storage', bareCallbacks(inMemoryStorage()));
  return await compare('bridge, engine commit', ours, rival, { operations: 20, rounds: rounds * 3, most: 1.05 });
}

async function committing(name: string, callbacks: IcechunkCallbacks): Promise<Contender> {
  const repository = await Repository.create(EngineStorage.newCustom(callbacks), { inlineChunkThresholdBytes: 0 });
  let commits = 0;
  return {
    name,
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await commit(repository, ++commits);
    },
  };
}

async function commit(repository: Repository, value: number): Promise<void> {
  const session = await repository.writableSession('main');
  const place = zarr.root(toZarritaStore(session.store)).resolve('/rain');
  const array = await zarr.create(place, { shape: [256, 256], chunkShape: [128, 128], dtype: 'float32' });
  const data = new Float32Array(256 * 256).fill(value);
  await zarr.set(array, null, { data, shape: [256, 256], stride: [256, 1] });
  await session.commit(`commit ${value}`);
}

type EngineVersion = { readonly etag?: string };

/** The same storage behind callbacks that do the least that the engine is content with: nothing is checked or explained. */
function bareCallbacks(storage: Storage): IcechunkCallbacks {
  const callbacks = {
    canWrite: async () => true,
    getObjectRange: async (_: null, { path, rangeStart: start, rangeEnd: end }: Record<'path', string> & Range) => {
      const range = start === undefined || end === undefined ? {} : { range: { start, end } };
      const object = await storage.getObject(path, { splitRange: false, ...range });
      return { data: await object.bytes(), version: object.version };
    },
    putObject: async (_: null, { path, data, previousVersion: version }: PutArgs) => {
      const condition =
        version?.etag === undefined ? { kind: 'create' as const } : { kind: 'update' as const, version };
      return await storage.putObject(path, new Uint8Array(data), version ? { condition } : {});
    },
    copyObject: (_: null, { from, to, version }: { from: string; to: string; version: EngineVersion }) =>
      storage.copyObject(from, to, { version }),
    listObjects: async () => [],
    deleteBatch: async () => ({ deletedObjects: 0, deletedBytes: 0 }),
    getObjectLastModified: (_: null, path: string) => storage.getObjectLastModified(path),
    getObjectConditional: async (_: null, args: { path: string; previousVersion?: EngineVersion }) => {
      const found = await storage.getObjectConditional(args.path, args.previousVersion);
      if (found.kind === 'on_latest_version') return found;
      return { kind: 'modified', data: await found.object.bytes(), newVersion: found.object.version };
    },
  };
  return callbacks as unknown as IcechunkCallbacks;
}

type Range = { readonly rangeStart?: number; readonly rangeEnd?: number };
type PutArgs = { readonly path: string; readonly data: Uint8Array; readonly previousVersion?: EngineVersion };
