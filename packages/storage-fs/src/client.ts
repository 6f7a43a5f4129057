import { writeFile } from 'node:fs/promises';
import {
  type AttemptContext,
  type Capabilities,
  type CopyRequest,
  type DeleteOutcome,
  type GetAnswer,
  type GetRequest,
  type KeyMapping,
  type Listing,
  mapConcurrently,
  type ObjectHead,
  objectStoreKeys,
  type PutAnswer,
  type PutRequest,
  type StorageClient,
  StorageError,
  type StorageInfo,
} from '@icechunk/storage-core';
import { copyObject } from './copy.ts';
import { explained, type FileUse } from './errors.ts';
import type { FileBody } from './file-body.ts';
import { type Place, refuseLinks } from './links.ts';
import { listObjects } from './list.ts';
import type { Mutations } from './mutations.ts';
import { findObstacle, refuseOther } from './obstacles.ts';
import { fileOf, type Platform } from './path.ts';
import { headObject, readObject } from './read.ts';

/** Deletes of one batch that run at once: more of them only queue for Node's four threads. */
const deletesAtOnce = 8;

/** Objects as files under a folder, laid out as Icechunk's other clients do. */
export class LocalFilesystemClient implements StorageClient {
  readonly info: StorageInfo;
  readonly capabilities: Capabilities;
  readonly keys: KeyMapping = objectStoreKeys();
  readonly listing: Listing;
  readonly #place: Place;
  readonly #mutations: Mutations;
  readonly #bodies = new Set<FileBody>();
  #isClosed = false;

  constructor(place: Place, mutations: Mutations) {
    this.#place = place;
    this.#mutations = mutations;
    this.info = { backend: 'local filesystem', fields: { path: place.root } };
    this.capabilities = capabilitiesOn(place.platform);
    this.listing = { kind: 'stream', objects: (keyPrefix, { signal }) => listObjects(place, keyPrefix, signal) };
  }

  async get(request: GetRequest, { signal }: AttemptContext): Promise<GetAnswer> {
    const answer = await this.#run('read', request.key, () => readObject(this.#place, request, signal, this.#bodies));
    if (!this.#isClosed || answer.kind !== 'found') return answer;
    await answer.body.cancel();
    throw new StorageError({ kind: 'closed', message: 'the storage was closed' });
  }

  head(key: string): Promise<ObjectHead> {
    return this.#run('read', key, () => headObject(this.#place, key));
  }

  put({ key, data, condition }: PutRequest, { signal }: AttemptContext): Promise<PutAnswer> {
    const write = (tempFile: string): Promise<void> => writeFile(tempFile, data, { signal });
    return this.#run('write', key, async () => {
      const answer = await this.#mutations.put(await this.#target(key), write, condition, signal);
      // A folder or a link in the object's place is no other version of it.
      if (answer.kind === 'refused') await refuseOther(this.#place, key);
      return answer;
    });
  }

  copy(request: CopyRequest, { signal }: AttemptContext): Promise<PutAnswer> {
    return this.#run('write', request.toKey, async () => {
      await this.#target(request.toKey);
      return await copyObject(this.#place, this.#mutations, request, signal);
    });
  }

  async delete(keys: readonly string[], { signal }: AttemptContext): Promise<readonly DeleteOutcome[]> {
    return await mapConcurrently(keys, deletesAtOnce, (key) => this.#delete(key, signal), signal);
  }

  /** Closes the files of bodies that were neither read to their end nor cancelled, and of those still to come. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#bodies].map((body) => body.cancel()));
  }

  async #delete(key: string, signal: AbortSignal): Promise<DeleteOutcome> {
    try {
      signal.throwIfAborted();
      await this.#run('write', key, async () => this.#mutations.remove(await this.#target(key), signal));
      return { key };
    } catch (err) {
      signal.throwIfAborted();
      return { key, error: err instanceof Error ? err : new Error(String(err)) };
    }
  }

  async #target(key: string): Promise<string> {
    await refuseLinks(this.#place, key, 'folders');
    return fileOf(this.#place.root, key, this.#place.platform);
  }

  #run<T>(use: FileUse, key: string, work: () => Promise<T>): Promise<T> {
    return explained(use, async () => {
      try {
        return await work();
      } catch (err) {
        await findObstacle(this.#place, key, use, err);
        throw err;
      }
    });
  }
}

function capabilitiesOn(platform: Platform): Capabilities {
  return {
    conditionalCreate: true,
    conditionalUpdate: true,
    userMetadata: false,
    storageClasses: false,
    contentEtags: false,
    orderedList: true,
    // As the systems come: a volume of either sort can be had on each of them.
    caseSensitiveKeys: platform !== 'darwin' && platform !== 'win32',
    flatNamespace: false,
    maxDeleteBatch: 1_000,
  };
}
