import type { ContainerClient } from '@azure/storage-blob';
import {
  type AttemptContext,
  type ParallelMultipart,
  type PartReceipt,
  type PutAnswer,
  type PutRequest,
  StorageError,
  type WriteCondition,
} from '@icechunk/storage-core';
import { blobAttributes } from './attributes.ts';
import { conditionsOf, isForeign, isRefusal } from './conditions.ts';
import { errorFromAzure, failureOf } from './errors.ts';
import { headBlob } from './get.ts';
import { stored } from './put.ts';

/** Blocks of one blob. https://learn.microsoft.com/rest/api/storageservices/put-block-list (seen 2026-11) */
export const MAX_BLOCKS = 50_000;

/**
 * Uploads as blocks, which a block list makes an object of.
 *
 * Azure keeps uncommitted blocks per blob and not per upload: whoever writes the blob discards those of all others. An upload
 * under a condition then finds that its condition fails, which is `refused`. One without a condition fails with `unavailable`:
 * its bytes are gone, and no answer of another writer's may pass for its own. Never does an object have blocks of two uploads.
 *
 * Uploads that are given up need no request: Azure discards their blocks after a week.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block (a week, and blocks discarded by others, seen 2026-11)
 */
export class BlockUploads implements ParallelMultipart {
  readonly kind = 'parallel';
  readonly minPartSizeBytes: number = 1;
  readonly maxParts: number = MAX_BLOCKS;
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  /** Sends nothing, and refuses attributes that the completion would be refused for. */
  async start(request: Omit<PutRequest, 'data' | 'condition'>): Promise<string> {
    blobAttributes(request);
    return newUploadId();
  }

  async uploadPart(
    { key, uploadId, partNumber, data }: Parameters<ParallelMultipart['uploadPart']>[0],
    { signal }: AttemptContext,
  ): Promise<PartReceipt> {
    const id = blockId(uploadId, partNumber);
    try {
      await this.#container.getBlockBlobClient(key).stageBlock(id, data, data.byteLength, { abortSignal: signal });
      return { partNumber, etag: id };
    } catch (err) {
      throw errorFromAzure(err);
    }
  }

  async complete(
    { key, parts, uploadId, condition, ...attributes }: Parameters<ParallelMultipart['complete']>[0],
    context: AttemptContext,
  ): Promise<PutAnswer> {
    const ids = parts.map(({ partNumber }) => blockId(uploadId, partNumber));
    const conditions = conditionsOf(condition);
    const options = { ...blobAttributes(attributes), conditions, abortSignal: context.signal };
    if (condition?.kind === 'update' && isForeign(condition.version)) return { kind: 'refused' };
    try {
      return stored(await this.#container.getBlockBlobClient(key).commitBlockList(ids, options));
    } catch (err) {
      if (isRefusal(err, condition)) return { kind: 'refused' };
      if (failureOf(err).code === 'InvalidBlockList') return await this.#discarded(key, condition, context);
      throw errorFromAzure(err);
    }
  }

  async abort(): Promise<void> {}

  /** The blocks are gone by another write of the blob: whether the condition fails by it, the blob tells. */
  async #discarded(key: string, condition: WriteCondition | undefined, context: AttemptContext): Promise<PutAnswer> {
    if (condition && !(await this.#holds(key, condition, context))) return { kind: 'refused' };
    throw new StorageError({
      kind: 'unavailable',
      retry: 'no',
      providerCode: 'InvalidBlockList',
      message:
        'another write of the same object discarded the parts of this upload: it has to be put again from the start',
    });
  }

  async #holds(key: string, condition: WriteCondition, context: AttemptContext): Promise<boolean> {
    try {
      const { version } = await headBlob(this.#container, key, context);
      return condition.kind === 'update' && condition.version.etag === version.etag;
    } catch (err) {
      const error = errorFromAzure(err);
      if (error.kind !== 'not_found') throw error;
      return condition.kind === 'create';
    }
  }
}

/** A name that no other upload has, of 24 characters. */
export function newUploadId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 24);
}

/**
 * The id of one block: of 32 bytes before it is encoded, which is the length that Rust's `object_store` uses.
 *
 * All ids of a blob must have one length, those of other uploads included: left over by another Icechunk client, blocks with
 * ids of another length would refuse ours for a week.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block (seen 2026-11)
 * @see https://github.com/apache/arrow-rs-object-store, `src/azure/client.rs` (seen 2026-11)
 */
export function blockId(uploadId: string, partNumber: number): string {
  return btoa(`${uploadId}${String(partNumber).padStart(8, '0')}`);
}
