import type { BlobGetPropertiesResponse } from '@azure/storage-blob';
import {
  type AttemptContext,
  type ByteRange,
  type CopyRequest,
  mapConcurrently,
  type PutAnswer,
  StorageError,
} from '@icechunk/storage-core';
import { tierOf } from './attributes.ts';
import { blockId, MAX_BLOCKS, newUploadId } from './block-id.ts';
import { ifMatch } from './conditions.ts';
import { authorizationOf } from './copy-source.ts';
import { failureOf } from './errors.ts';
import { folder, isFolder } from './folders.ts';
import { lengthOf } from './get.ts';
import { stored } from './put.ts';
import type { AzureTarget } from './target.ts';

/** Azure takes up to 4,000 MiB (https://learn.microsoft.com/rest/api/storageservices/put-block, seen 2026-11); a smaller one ends before anybody takes the silence for a dead connection. */
const BLOCK_SIZE_BYTES = 100 * 1024 * 1024;
const BLOCKS_AT_ONCE = 4;

/**
 * Copies a blob block by block on Azure's side, and makes the target of them with the source's properties and metadata.
 *
 * The SDK has no condition on the source of a block: the source is looked at before the first block and after the last, and
 * where it has one etag, which no two states share, all blocks are of one state.
 *
 * @throws Whatever the SDK throws; {@link StorageError} `not_found` where the source is a folder, and, to be tried again,
 * `changed_while_reading` where it was replaced, and `unavailable` where another write of the target discarded the blocks.
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-from-url (seen 2026-11)
 */
export async function copyInBlocks(
  target: AzureTarget,
  request: CopyRequest,
  context: AttemptContext,
): Promise<PutAnswer> {
  const { container } = target;
  const source = container.getBlobClient(request.fromKey);
  const conditions = request.ifVersion ? ifMatch(request.ifVersion) : {};
  const before = await source.getProperties({ conditions, abortSignal: context.signal });
  if (isFolder(before.metadata)) throw folder();
  const ids = await stageBlocks(target, request, lengthOf(before), context);
  const after = await source.getProperties({ conditions, abortSignal: context.signal });
  if (before.etag === undefined || after.etag !== before.etag) throw sourceReplaced();
  const tier = tierOf(request.storageClass);
  const options = {
    ...propertiesOf(before, request.contentType),
    ...(tier !== undefined && { tier }),
    abortSignal: context.signal,
  };
  try {
    return stored(await container.getBlockBlobClient(request.toKey).commitBlockList(ids, options));
  } catch (err) {
    const { code } = failureOf(err);
    throw code === 'InvalidBlockList' ? blocksDiscarded(code) : err;
  }
}

/** For a copy that cannot be finished with bytes of the state that it began with. */
export function sourceReplaced(): StorageError {
  const message = 'the source was replaced while it was copied';
  return new StorageError({ kind: 'changed_while_reading', retry: 'again', message });
}

function blocksDiscarded(providerCode: string): StorageError {
  const message = 'another write of the target discarded the blocks of the copy';
  return new StorageError({ kind: 'unavailable', providerCode, message });
}

async function stageBlocks(
  target: AzureTarget,
  { fromKey, toKey }: CopyRequest,
  sizeBytes: number,
  context: AttemptContext,
): Promise<string[]> {
  const uploadId = newUploadId();
  const to = target.container.getBlockBlobClient(toKey);
  return await mapConcurrently(blocksOf(sizeBytes).entries(), BLOCKS_AT_ONCE, async ([index, { start, end }]) => {
    const id = blockId(uploadId, index + 1);
    // Asked for each block: what signs for the source may have ended meanwhile.
    const source = await target.copySource(fromKey, context);
    const options = { ...authorizationOf(source), abortSignal: context.signal };
    await to.stageBlockFromURL(id, source.url, start, end - start, options).catch(shorter);
    return id;
  });
}

// The range was within the source when its size was asked for.
function shorter(err: unknown): never {
  throw failureOf(err).status === 416 ? sourceReplaced() : err;
}

/** The ranges of bytes that become one block each, in order. */
export function blocksOf(sizeBytes: number): ByteRange[] {
  const blockSizeBytes = Math.max(BLOCK_SIZE_BYTES, Math.ceil(sizeBytes / MAX_BLOCKS));
  return Array.from({ length: Math.ceil(sizeBytes / blockSizeBytes) }, (_, index) => ({
    start: index * blockSizeBytes,
    end: Math.min((index + 1) * blockSizeBytes, sizeBytes),
  }));
}

/** What the target takes over from its source. */
function propertiesOf(source: BlobGetPropertiesResponse, contentType: string | undefined): object {
  const { cacheControl, contentDisposition, contentEncoding, contentLanguage, contentMD5, metadata } = source;
  const type = contentType ?? source.contentType;
  return {
    blobHTTPHeaders: {
      ...(type !== undefined && { blobContentType: type }),
      ...(cacheControl !== undefined && { blobCacheControl: cacheControl }),
      ...(contentDisposition !== undefined && { blobContentDisposition: contentDisposition }),
      ...(contentEncoding !== undefined && { blobContentEncoding: contentEncoding }),
      ...(contentLanguage !== undefined && { blobContentLanguage: contentLanguage }),
      ...(contentMD5 && { blobContentMD5: contentMD5 }),
    },
    ...(metadata && { metadata }),
  };
}
