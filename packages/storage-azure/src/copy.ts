import type { ContainerClient } from '@azure/storage-blob';
import { type AttemptContext, type CopyRequest, type PutAnswer, StorageError } from '@icechunk/storage-core';
import { tierOf } from './attributes.ts';
import { ifMatch, isForeign, isSourceConditionFailure } from './conditions.ts';
import { copyInBlocks, sourceReplaced } from './copy-blocks.ts';
import { authorizationOf } from './copy-source.ts';
import { errorFromAzure, failureOf } from './errors.ts';
import { headBlob } from './get.ts';
import { stored } from './put.ts';
import { SdkWire } from './sdk-wire.ts';
import type { AzureTarget } from './target.ts';

/**
 * See {@link StorageClient.copy}. In one request where Azure can: what is larger than 256 MiB, and what gets another content type,
 * is put together of blocks, so that the target is the old blob until it is the new one.
 *
 * Copy Blob, which goes on by itself, is not used: until it ends its target is an empty blob.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url (256 MiB, seen 2026-11)
 */
export async function copyBlob(target: AzureTarget, request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
  tierOf(request.storageClass);
  if (request.ifVersion && isForeign(request.ifVersion)) return { kind: 'refused' };
  try {
    const pinned = request.contentType === undefined ? request : await withSameType(target.container, request, context);
    if (!pinned) return await copyInBlocks(target, request, context);
    return await copyWhole(target, pinned, context).catch((err: unknown) => {
      if (isTooLarge(err)) return copyInBlocks(target, request, context);
      // The condition was ours: nobody asked for this state of the source.
      if (!request.ifVersion && pinned.ifVersion && isSourceConditionFailure(err)) throw sourceReplaced();
      throw err;
    });
  } catch (err) {
    if (request.ifVersion && isSourceConditionFailure(err)) return { kind: 'refused' };
    throw errorFromAzure(err, target.container);
  }
}

/** Where the source has the content type already, a copy of exactly this state needs no other; undefined where it has not. */
async function withSameType(
  container: ContainerClient,
  { contentType, ...request }: CopyRequest,
  context: AttemptContext,
): Promise<CopyRequest | undefined> {
  const { ifVersion } = request;
  const head = await headBlob(new SdkWire(container), request.fromKey, context, ifVersion && ifMatch(ifVersion));
  return head.contentType === contentType ? { ...request, ifVersion: head.version } : undefined;
}

async function copyWhole(target: AzureTarget, request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
  const source = await target.copySource(request.fromKey, context);
  const tier = tierOf(request.storageClass);
  const answer = await target.container.getBlobClient(request.toKey).syncCopyFromURL(source.url, {
    ...(request.ifVersion && { sourceConditions: ifMatch(request.ifVersion) }),
    ...authorizationOf(source),
    ...(tier !== undefined && { tier }),
    abortSignal: context.signal,
  });
  // What the SDK has for `copyStatus` is `success` whatever the header says.
  const status = answer._response.headers.get('x-ms-copy-status') ?? 'success';
  if (status === 'success') return stored(answer);
  throw new StorageError({ kind: 'bad_response', message: 'the copy was answered before it was complete' });
}

/**
 * Azure has no code of its own for a source that is larger than 256 MiB, nor had it for one that is empty.
 *
 * @see https://github.com/Azure/azure-sdk-for-go/issues/19880 (409 `CannotVerifyCopySource`, seen 2026-11)
 * @see https://github.com/Azure/azure-sdk-for-js/issues/6577 (empty, seen 2026-11)
 */
function isTooLarge(err: unknown): boolean {
  const { status, code } = failureOf(err);
  return status === 409 && code === 'CannotVerifyCopySource';
}
