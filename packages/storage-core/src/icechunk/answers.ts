import type { ListInfo, ObjectBody, Storage } from '../contract.ts';
import { isStorageError } from '../errors.ts';
import type { VersionedUpdateResult } from '../version.ts';
import { toEngineVersion } from './arguments.ts';
import type { BridgeEventListener } from './bridge-event.ts';
import { EngineError } from './engine-error.ts';
import type { EngineBytes, EngineDeleteArgs, EngineNewVersion, EngineUpdateResult } from './engine-types.ts';

/**
 * A body as the engine takes it: its bytes in one array, with their version.
 *
 * @throws {@link StorageError} `bad_response` where there is no version, with the body cancelled; else as the body.
 */
export async function readWhole(body: ObjectBody): Promise<{ data: EngineBytes; version: EngineNewVersion }> {
  try {
    const version = toEngineVersion(body.version);
    return { data: (await body.bytes()) as EngineBytes, version };
  } catch (error) {
    await body.cancel();
    throw error;
  }
}

// As often as `getObject` begins anew by itself.
const MAX_READ_RESTARTS = 3;

/** A read that begins anew, at most three times, where the object was replaced under it: the engine has had none of its bytes yet. */
export async function readAnew<T>(read: () => Promise<T>): Promise<T> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await read();
    } catch (error) {
      if (restarts === MAX_READ_RESTARTS || !isStorageError(error, 'changed_while_reading')) throw error;
    }
  }
}

/** What a put or a copy came to. */
export function toEngineResult(result: VersionedUpdateResult): EngineUpdateResult {
  if (result.kind === 'not_on_latest_version') return { kind: 'not_on_latest_version' };
  return { kind: 'updated', newVersion: toEngineVersion(result.newVersion) };
}

/** A listing in one array, of `limit` entries at most; what comes after them is not asked for. */
export async function collect(
  listing: AsyncIterable<ListInfo>,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<{ id: string; createdAt: Date; sizeBytes: number }[]> {
  const entries: { id: string; createdAt: Date; sizeBytes: number }[] = [];
  for await (const { id, createdAt, sizeBytes } of listing) {
    entries.push({ id, createdAt, sizeBytes });
    if (entries.length >= limit) break;
  }
  return entries;
}

/** Deletes what the engine names, and counts what is gone; `emit` is told of the rest. */
export async function deleteAll(
  storage: Storage,
  { prefix, batch }: EngineDeleteArgs,
  emit: BridgeEventListener,
): Promise<{ deletedObjects: number; deletedBytes: number }> {
  const items = batch.map(({ id, size }) => ({ id, sizeBytes: size }));
  const { deletedObjects, deletedBytes, failures } = await storage.deleteObjects(prefix, items);
  if (failures.length > 0) emit({ kind: 'delete_failed', prefix, failures });
  return { deletedObjects, deletedBytes };
}

/**
 * Passes every place but the root of a bucket.
 *
 * The engine asks this of its own storages, and never of a custom one.
 *
 * @throws {@link EngineError} that says what to do.
 */
export async function refuseBucketRoot(storage: Storage): Promise<void> {
  if ((await storage.canCreateRepository()) === 'allowed') return;
  throw new EngineError(
    'unsupported: a repository at the root of a bucket; give the storage a prefix, or set unsafeAllowRootCreation',
  );
}
