import { Storage as EngineStorage, Repository } from '@earthmover/icechunk';
import { type IcechunkCallbacks, toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import { inMemoryStorage } from '@icechunk/storage-memory';
import * as zarr from 'zarrita';
import { type Contender, compare, type Measurement } from './paired.ts';

/** A commit of the real engine through the bridge against one through callbacks that do nothing but keep bytes. */
export async function bridgeCost(rounds: number): Promise<Measurement> {
  const ours = await committing('bridge', toIcechunkCallbacks(inMemoryStorage()));
  const rival = await committing('bare callbacks on a Map', bareCallbacks());
  return await compare('bridge, engine commit', ours, rival, { operations: 5, rounds: rounds * 3, most: 1.05 });
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

type Kept = { data: Uint8Array; etag: string; createdAt: Date };

/** The least that the engine is content with: no checks, no conditions beside the etag's, no errors but "missing". */
function bareCallbacks(): IcechunkCallbacks {
  const objects = new Map<string, Kept>();
  let writes = 0;
  const find = (path: string): Kept => {
    const kept = objects.get(path);
    if (!kept) throw new Error('ObjectNotFound');
    return kept;
  };
  const keep = (path: string, data: Uint8Array) => {
    const etag = String(++writes);
    objects.set(path, { data, etag, createdAt: new Date() });
    return { kind: 'updated', newVersion: { etag } };
  };
  const callbacks = {
    canWrite: async () => true,
    getObjectRange: async (_: null, args: { path: string; rangeStart?: number; rangeEnd?: number }) => {
      const { data, etag } = find(args.path);
      return { data: data.slice(args.rangeStart ?? 0, args.rangeEnd ?? data.byteLength), version: { etag } };
    },
    putObject: async (_: null, args: { path: string; data: Uint8Array; previousVersion?: { etag?: string } }) => {
      const { path, data, previousVersion } = args;
      if (previousVersion && previousVersion.etag !== objects.get(path)?.etag) return { kind: 'not_on_latest_version' };
      return keep(path, new Uint8Array(data));
    },
    copyObject: async (_: null, args: { from: string; to: string }) => keep(args.to, find(args.from).data),
    listObjects: async (_: null, prefix: string) =>
      [...objects]
        .filter(([id]) => id.startsWith(prefix))
        .map(([id, { createdAt, data }]) => ({ id, createdAt, sizeBytes: data.byteLength })),
    deleteBatch: async () => ({ deletedObjects: 0, deletedBytes: 0 }),
    getObjectLastModified: async (_: null, path: string) => find(path).createdAt,
    getObjectConditional: async (_: null, args: { path: string; previousVersion?: { etag?: string } }) => {
      const { data, etag } = find(args.path);
      if (args.previousVersion?.etag === etag) return { kind: 'on_latest_version' };
      return { kind: 'modified', data: data.slice(), newVersion: { etag } };
    },
  };
  return callbacks as unknown as IcechunkCallbacks;
}
