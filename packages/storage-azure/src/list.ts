import type { ContainerClient, ContainerListBlobFlatSegmentResponse } from '@azure/storage-blob';
import { type AttemptContext, type ListPage, type ListPageRequest, StorageError } from '@icechunk/storage-core';
import { errorFromAzure } from './errors.ts';
import { isFolder } from './folders.ts';

/**
 * One page of the blobs under a prefix; `createdAt` is when a blob was last written. Snapshots, versions, deleted blobs and
 * uncommitted ones are not asked for, and folders are left out.
 *
 * What stands for a folder has no bytes, and only its metadata tells: a page with an empty blob is asked for again with metadata,
 * which all other pages are spared.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/list-blobs (seen 2026-11)
 */
export async function listPage(
  container: ContainerClient,
  request: ListPageRequest,
  context: AttemptContext,
): Promise<ListPage> {
  try {
    const plain = await segmentOf(container, request, context, false);
    const isSure = plain.segment.blobItems.every(({ properties }) => properties.contentLength !== 0);
    return pageOf(isSure ? plain : await segmentOf(container, request, context, true));
  } catch (err) {
    // What the SDK comes to where the answer is a page of something between here and Azure.
    throw err instanceof TypeError ? notAPage(err) : errorFromAzure(err, container);
  }
}

async function segmentOf(
  container: ContainerClient,
  { keyPrefix, pageToken, maxKeys }: ListPageRequest,
  { signal }: AttemptContext,
  includeMetadata: boolean,
): Promise<ContainerListBlobFlatSegmentResponse> {
  const pages = container.listBlobsFlat({ prefix: keyPrefix, includeMetadata, abortSignal: signal }).byPage({
    ...(pageToken !== undefined && { continuationToken: pageToken }),
    ...(maxKeys !== undefined && { maxPageSize: Math.min(maxKeys, MAX_PAGE_SIZE) }),
  });
  const { value } = await pages.next();
  if (value) return value as ContainerListBlobFlatSegmentResponse;
  throw notAPage(undefined);
}

function notAPage(cause: unknown): StorageError {
  return new StorageError({
    kind: 'bad_response',
    retry: 'again',
    message: 'the answer is no page of a listing',
    cause,
  });
}

/** https://learn.microsoft.com/rest/api/storageservices/enumerating-blob-resources (seen 2026-11) */
const MAX_PAGE_SIZE = 5_000;

function pageOf({ segment, continuationToken }: ContainerListBlobFlatSegmentResponse): ListPage {
  const objects = segment.blobItems
    .filter(({ metadata }) => !isFolder(metadata))
    .map(({ name, properties: { contentLength, lastModified } }) => {
      // The SDK's types promise both. Whoever deletes what is old goes by them.
      if (contentLength === undefined || !(lastModified?.getTime() >= 0)) throw notAPage(undefined);
      return { key: name, sizeBytes: contentLength, createdAt: lastModified };
    });
  return { objects, ...(continuationToken && { nextPageToken: continuationToken }) };
}
