import type { ContainerClient } from '@azure/storage-blob';
import {
  type AttemptContext,
  mapConcurrently,
  type ParallelMultipart,
  type PartReceipt,
  type PutAnswer,
  type PutRequest,
  StorageError,
  type WriteCondition,
} from '@icechunk/storage-core';
import { blobAttributes } from './attributes.ts';
import { blockId, MAX_BLOCKS, newUploadId } from './block-id.ts';
import { conditionsOf, isForeign, isRefusal } from './conditions.ts';
import { errorFromAzure, failureOf } from './errors.ts';
import { headBlob } from './get.ts';
import { stored } from './put.ts';
import { SdkWire } from './sdk-wire.ts';

type PartRequest = Parameters<ParallelMultipart['uploadPart']>[0];
type CompleteRequest = Parameters<ParallelMultipart['complete']>[0];

/** How often a block list is committed whose blocks others discard. */
const MAX_COMMITS = 10;
const BLOCKS_AT_ONCE = 4;

/**
 * Uploads as blocks, which a block list makes an object of.
 *
 * Azure keeps uncommitted blocks per blob and not per upload: whoever writes the blob discards those of all others. An upload that
 * finds its blocks gone is `refused` where its condition fails by that; else it stages them again, which core cannot do once it
 * has had their receipts, and so holds the caller's bytes until it is completed or aborted. Never does an object have blocks of
 * two uploads: their ids differ.
 *
 * Uploads that are given up need no request: Azure discards their blocks after a week.
 *
 * @see https://github.com/Azure/azure-storage-node/issues/344 (blocks discarded by any write, and after a week, seen 2026-11)
 * @see https://learn.microsoft.com/dotnet/api/azure.storage.blobs.specialized.blockblobclient.commitblocklist (seen 2026-11)
 */
export class BlockUploads implements ParallelMultipart {
  readonly kind = 'parallel';
  readonly minPartSizeBytes: number = 1;
  readonly maxParts: number = MAX_BLOCKS;
  readonly #container: ContainerClient;
  readonly #held = new Map<string, Map<number, Uint8Array>>();

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  /** Sends nothing, and refuses attributes that the completion would be refused for. */
  async start(request: Omit<PutRequest, 'data' | 'condition'>): Promise<string> {
    blobAttributes(request);
    const uploadId = newUploadId();
    this.#held.set(uploadId, new Map());
    return uploadId;
  }

  async uploadPart(request: PartRequest, context: AttemptContext): Promise<PartReceipt> {
    const { uploadId, partNumber, data } = request;
    this.#held.get(uploadId)?.set(partNumber, data);
    await this.#stage(request, context);
    return { partNumber, etag: blockId(uploadId, partNumber) };
  }

  async complete(request: CompleteRequest, context: AttemptContext): Promise<PutAnswer> {
    const { condition } = request;
    if (condition?.kind === 'update' && isForeign(condition.version)) return { kind: 'refused' };
    for (let commits = 1; commits <= MAX_COMMITS; commits++) {
      const answer = await this.#commit(request, context);
      if (answer.kind === 'stored') this.#held.delete(request.uploadId);
      if (answer.kind !== 'discarded') return answer;
      if (condition && !(await this.#holds(request.key, condition, context))) return { kind: 'refused' };
      await this.#stageAgain(request, context);
    }
    throw discarded();
  }

  async abort({ uploadId }: { readonly uploadId: string }): Promise<void> {
    this.#held.delete(uploadId);
  }

  async #stage({ key, uploadId, partNumber, data }: PartRequest, { signal }: AttemptContext): Promise<void> {
    const id = blockId(uploadId, partNumber);
    try {
      await this.#container.getBlockBlobClient(key).stageBlock(id, data, data.byteLength, { abortSignal: signal });
    } catch (err) {
      throw errorFromAzure(err, this.#container);
    }
  }

  async #commit(
    { key, parts, uploadId, condition, ...attributes }: CompleteRequest,
    { signal }: AttemptContext,
  ): Promise<PutAnswer | { readonly kind: 'discarded' }> {
    const ids = parts.map(({ partNumber }) => blockId(uploadId, partNumber));
    const options = { ...blobAttributes(attributes), conditions: conditionsOf(condition), abortSignal: signal };
    try {
      return stored(await this.#container.getBlockBlobClient(key).commitBlockList(ids, options));
    } catch (err) {
      if (isRefusal(err, condition)) return { kind: 'refused' };
      if (failureOf(err).code === 'InvalidBlockList') return { kind: 'discarded' };
      throw errorFromAzure(err, this.#container);
    }
  }

  async #stageAgain({ key, uploadId, parts }: CompleteRequest, context: AttemptContext): Promise<void> {
    await mapConcurrently(parts, BLOCKS_AT_ONCE, async ({ partNumber }) => {
      const data = this.#held.get(uploadId)?.get(partNumber);
      if (!data) throw discarded();
      await this.#stage({ key, uploadId, partNumber, data }, context);
    });
  }

  /** Whether a condition still holds, as the blob tells. */
  async #holds(key: string, condition: WriteCondition, context: AttemptContext): Promise<boolean> {
    try {
      const { version } = await headBlob(new SdkWire(this.#container), key, context);
      return condition.kind === 'update' && condition.version.etag === version.etag;
    } catch (err) {
      const error = errorFromAzure(err, this.#container);
      if (error.kind !== 'not_found') throw error;
      return condition.kind === 'create';
    }
  }
}

function discarded(): StorageError {
  return new StorageError({
    kind: 'unavailable',
    retry: 'no',
    providerCode: 'InvalidBlockList',
    message: 'other writes of the same object discarded the parts of this upload, each time anew',
  });
}
