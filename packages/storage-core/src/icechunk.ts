import type { Storage } from './contract.ts';
import { collect, deleteAll, readAnew, readWhole, refuseBucketRoot, toEngineResult } from './icechunk/answers.ts';
import { argumentOf, toCondition, toMetadata, toPrivateBytes, toRange, toVersion } from './icechunk/arguments.ts';
import type { BridgeEventListener } from './icechunk/bridge-event.ts';
import { checkBridge } from './icechunk/check-bridge.ts';
import { EngineCalls } from './icechunk/engine-calls.ts';
import type { EngineModifiedResult, IcechunkCallbacks } from './icechunk/engine-types.ts';
import { toStorageSettings } from './icechunk/repository-settings.ts';
import type { StorageSettings } from './settings.ts';

export type { BridgeEvent, BridgeEventListener } from './icechunk/bridge-event.ts';
export type * from './icechunk/engine-types.ts';
export { type EngineStore, type StoreRange, toZarritaStore, type ZarritaStore } from './icechunk/zarrita-store.ts';

/** Options of {@link toIcechunkCallbacks}. */
export interface IcechunkBridgeOptions {
  /**
   * `true` takes `permission_denied` for missing, for `config.yaml` and `refs/branch.main/ref.json` and nothing else: the
   * two objects that a healthy repository lacks. For credentials without the right to list, which AWS answers with 403
   * for what is absent. Default `false`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html (seen 2026-11)
   */
  readonly assumeMissingOn403?: boolean;
  /** `true` lets a repository be created at the root of a bucket, beside whatever else is there. Default `false`. */
  readonly unsafeAllowRootCreation?: boolean;
  /** Told what the engine cannot be told: why a call failed, and what a delete left behind. Silent by default. */
  readonly onEvent?: BridgeEventListener;
}

/** What is used of the module `@earthmover/icechunk`: the module itself fits. */
export interface IcechunkEngine<CustomStorage> {
  readonly Storage: { newCustom(backend: IcechunkCallbacks): CustomStorage };
  readonly Repository: {
    fetchConfig(storage: CustomStorage): Promise<{ readonly storage?: object | null | undefined } | null>;
  };
}

/**
 * A storage as the object that `Storage.newCustom` of `@earthmover/icechunk` takes.
 *
 * The engine keeps its own splitting of large reads. It knows a missing object by the text of the error alone; the text
 * of every other error is its kind and path, free of words that make the engine guess or try again. The whole error goes
 * to `onEvent`. A repository at the root of a bucket is refused, before anything is written where the engine checks that
 * the root is clean. Closing the storage stays the caller's.
 *
 * The engine holds the callbacks until its own storage is garbage, and so keeps the process alive: end it with
 * `process.exit` once the work is done.
 *
 * @throws `StorageError` of kind `invalid_options`, naming the field and what it takes.
 * @see https://github.com/earth-mover/icechunk, `icechunk-js/src/storage.rs` (2.2.2, seen 2026-11)
 */
export function toIcechunkCallbacks(storage: Storage, options: IcechunkBridgeOptions = {}): IcechunkCallbacks {
  checkBridge(storage, options);
  const calls = new EngineCalls(options);
  const refuseRoot = async (): Promise<void> => {
    if (!options.unsafeAllowRootCreation) await refuseBucketRoot(storage);
  };
  return {
    canWrite: () => calls.answer({ operation: 'canWrite', path: '' }, () => storage.canWrite()),

    getObjectRange: async (first, second) => {
      const args = argumentOf(first, second);
      const call = { operation: 'getObjectRange', path: args.path, missing: 'not_found_or_assumed' } as const;
      return await calls.answer(call, async () => {
        const range = toRange(args);
        const given = { splitRange: false, ...(range && { range }) };
        return await readAnew(async () => readWhole(await storage.getObject(args.path, given)));
      });
    },

    getObjectConditional: async (first, second) => {
      const { path, previousVersion } = argumentOf(first, second);
      const call = { operation: 'getObjectConditional', path, missing: 'not_found_or_assumed' } as const;
      const read = async (): Promise<EngineModifiedResult> => {
        const found = await storage.getObjectConditional(path, toVersion(previousVersion));
        if (found.kind === 'on_latest_version') return { kind: 'on_latest_version' };
        const { data, version } = await readWhole(found.object);
        return { kind: 'modified', data, newVersion: version };
      };
      return await calls.answer(call, () => readAnew(read));
    },

    putObject: async (first, second) => {
      const { path, data, contentType, metadata, previousVersion } = argumentOf(first, second);
      return await calls.answer({ operation: 'putObject', path }, async () => {
        // Before the first await: the WASM engine's memory is shared, and is used for something else afterwards.
        const bytes = toPrivateBytes(data);
        const condition = toCondition(previousVersion);
        const attributes = { ...(contentType && { contentType }), metadata: toMetadata(metadata) };
        if (path === 'repo' && condition?.kind === 'create') await refuseRoot();
        return toEngineResult(await storage.putObject(path, bytes, { ...attributes, ...(condition && { condition }) }));
      });
    },

    copyObject: async (first, second) => {
      const { from, to, contentType, ...rest } = argumentOf(first, second);
      return await calls.answer({ operation: 'copyObject', path: from, missing: 'not_found' }, async () => {
        const version = toVersion(rest.version);
        const given = { ...(version && { version }), ...(contentType && { contentType }) };
        return toEngineResult(await storage.copyObject(from, to, given));
      });
    },

    listObjects: async (first, second) => {
      const prefix = argumentOf(first, second);
      return await calls.answer({ operation: 'listObjects', path: prefix }, async () => {
        if (prefix !== '') return await collect(storage.listObjects(prefix));
        // Of all that the engine lists, this is only asked to see whether a new repository's root is clean.
        await refuseRoot();
        return await collect(storage.listObjects(''), 1);
      });
    },

    deleteBatch: async (first, second) => {
      const args = argumentOf(first, second);
      const call = { operation: 'deleteBatch', path: args.prefix };
      return await calls.answer(call, () => deleteAll(storage, args, (event) => calls.emit(event)));
    },

    getObjectLastModified: async (first, second) => {
      const path = argumentOf(first, second);
      const call = { operation: 'getObjectLastModified', path, missing: 'not_found_or_assumed' } as const;
      return await calls.answer(call, () => storage.getObjectLastModified(path));
    },
  };
}

/**
 * The storage settings that a repository was created or saved with, which the engine does not hand to a custom storage.
 *
 * Make the storage anew with them, so that its retries, storage classes and unsafe switches are the repository's.
 *
 * @param engine The module `@earthmover/icechunk`.
 * @returns Only what the repository's configuration says; empty where it says nothing.
 * @throws What the engine throws, also where there is no repository.
 */
export async function fetchRepositorySettings<CustomStorage>(
  engine: IcechunkEngine<CustomStorage>,
  storage: Storage,
  options: IcechunkBridgeOptions = {},
): Promise<StorageSettings> {
  const custom = engine.Storage.newCustom(toIcechunkCallbacks(storage, options));
  return toStorageSettings((await engine.Repository.fetchConfig(custom))?.storage);
}
