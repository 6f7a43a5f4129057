import type { BlobDownloadResponseParsed, BlobGetPropertiesResponse, ContainerClient } from '@azure/storage-blob';
import {
  type AttemptContext,
  type ByteRange,
  type ClientBody,
  type GetAnswer,
  type GetRequest,
  type NodeReadable,
  type ObjectHead,
  parseContentRange,
  StorageError,
  streamBody,
} from '@icechunk/storage-core';
import { ifMatch, isConditionFailure, isForeign, type MatchConditions } from './conditions.ts';
import { errorFromAzure, failureOf } from './errors.ts';
import { folder, isFolder } from './folders.ts';

/** See {@link StorageClient.get}. A body that breaks off is not resumed here: core does it, for every backend alike. */
export async function readBlob(
  container: ContainerClient,
  { key, range, ifVersion, ifNotVersion }: GetRequest,
  { signal }: AttemptContext,
): Promise<GetAnswer> {
  const conditions: MatchConditions = {
    ...(ifVersion && ifMatch(ifVersion)),
    ...(ifNotVersion?.etag && !isForeign(ifNotVersion) && { ifNoneMatch: ifNotVersion.etag }),
  };
  const giveUp = controllerAfter(signal);
  const options = { conditions, abortSignal: giveUp.signal, maxRetryRequests: 0 };
  const sizeBytes = range && range.end - range.start;
  try {
    if (ifVersion && isForeign(ifVersion)) return { kind: 'changed' };
    return await found(await container.getBlobClient(key).download(range?.start, sizeBytes, options), range);
  } catch (err) {
    // A body that is left unread would hold its connection; the SDK keeps that of an answer without a length or an etag.
    giveUp.abort();
    // Thrown by the SDK, though it is an answer like any other.
    if (ifNotVersion && failureOf(err).status === 304) return { kind: 'not_modified' };
    if (ifVersion && isConditionFailure(err)) return { kind: 'changed' };
    throw errorFromAzure(err, container);
  }
}

/** See {@link StorageClient.head}. */
export async function headBlob(
  container: ContainerClient,
  key: string,
  { signal }: AttemptContext,
  conditions: MatchConditions = {},
): Promise<ObjectHead> {
  const answer = await container.getBlobClient(key).getProperties({ conditions, abortSignal: signal });
  if (isFolder(answer.metadata)) throw folder();
  return { ...factsOf(answer), sizeBytes: lengthOf(answer) };
}

// Not AbortSignal.any, which takes Node as long as all else of a small read that is done here.
function controllerAfter(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller;
}

async function found(answer: BlobDownloadResponseParsed, asked: ByteRange | undefined): Promise<GetAnswer> {
  const contentLength = lengthOf(answer);
  const body = await bodyOf(answer, contentLength);
  if (isFolder(answer.metadata)) throw folder();
  return { kind: 'found', ...factsOf(answer), ...extentOf(answer, contentLength, asked), body };
}

/**
 * The bytes that an answer says to hold, or to stand for. None is made up: what was read back would be taken for another object.
 *
 * @throws {@link StorageError} `bad_response` where it does not say.
 */
export function lengthOf({ contentLength }: { readonly contentLength?: number | undefined }): number {
  if (contentLength !== undefined && contentLength >= 0) return contentLength;
  throw new StorageError({ kind: 'bad_response', message: 'the answer does not say how long the object is' });
}

/** What of the object the body holds: without `Content-Range` all of it, unless the status says that it is a part. */
function extentOf(
  { contentRange = '', _response }: BlobDownloadResponseParsed,
  contentLength: number,
  asked: ByteRange | undefined,
): { readonly range: ByteRange; readonly sizeBytes: number } {
  if (contentRange === '' && _response.status !== 206)
    return { range: { start: 0, end: contentLength }, sizeBytes: contentLength };
  const extent = parseContentRange(contentRange);
  if (extent) return extent;
  // Azurite answers a range of an empty blob with 206 and `bytes 0--1/0`, where Azure answers 416.
  if (asked && contentLength === 0) {
    throw new StorageError({ kind: 'invalid_range', message: 'the object has no bytes' });
  }
  throw new StorageError({ kind: 'bad_response', message: 'the answer has a Content-Range that says nothing' });
}

function factsOf(answer: BlobDownloadResponseParsed | BlobGetPropertiesResponse): Omit<ObjectHead, 'sizeBytes'> {
  const { etag, lastModified, contentType, metadata } = answer;
  return {
    version: etag ? { etag } : {},
    ...(lastModified && { lastModified }),
    ...(contentType !== undefined && { contentType }),
    ...(metadata && { metadata }),
  };
}

// Taken hold of at once: a stream of Node that fails while nobody listens ends the process. In a browser the SDK has the whole.
async function bodyOf(answer: BlobDownloadResponseParsed, sizeBytes: number): Promise<ClientBody> {
  const { readableStreamBody } = answer;
  if (readableStreamBody) return streamBody(readableStreamBody as unknown as NodeReadable, { sizeBytes });
  const blob = await answer.blobBody;
  if (blob) return streamBody(blob.stream(), { sizeBytes });
  throw new StorageError({ kind: 'bad_response', message: 'the answer has no body' });
}
