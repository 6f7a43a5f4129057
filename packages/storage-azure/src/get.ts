import {
  type AttemptContext,
  type ByteRange,
  type GetAnswer,
  type GetRequest,
  type ObjectHead,
  parseContentRange,
  StorageError,
  streamBody,
} from '@icechunk/storage-core';
import type { BlobAnswer, BlobFacts, BlobPlace, BlobWire } from './blob-wire.ts';
import { ifMatch, isConditionFailure, isForeign, type MatchConditions } from './conditions.ts';
import { errorFromAzure, failureOf } from './errors.ts';
import { folder, isFolder } from './folders.ts';

/** See {@link StorageClient.get}. A body that breaks off is not resumed here: core does it, for every backend alike. */
export async function readBlob(
  { container, wire }: BlobPlace,
  { key, range, ifVersion, ifNotVersion }: GetRequest,
  { signal }: AttemptContext,
): Promise<GetAnswer> {
  const conditions: MatchConditions = {
    ...(ifVersion && ifMatch(ifVersion)),
    ...(ifNotVersion?.etag && !isForeign(ifNotVersion) && { ifNoneMatch: ifNotVersion.etag }),
  };
  try {
    if (ifVersion && isForeign(ifVersion)) return { kind: 'changed' };
    return found(await wire.get({ key, range, conditions }, signal), range);
  } catch (err) {
    // Thrown by the SDK, though it is an answer like any other.
    if (ifNotVersion && failureOf(err).status === 304) return { kind: 'not_modified' };
    if (ifVersion && isConditionFailure(err)) return { kind: 'changed' };
    throw errorFromAzure(err, container);
  }
}

/** See {@link StorageClient.head}. @throws Whatever the SDK throws; {@link StorageError} `not_found` for a folder. */
export async function headBlob(
  wire: BlobWire,
  key: string,
  { signal }: AttemptContext,
  conditions: MatchConditions = {},
): Promise<ObjectHead> {
  const answer = await wire.head({ key, conditions }, signal);
  if (isFolder(answer.metadata)) throw folder();
  return { ...factsOf(answer), sizeBytes: lengthOf(answer) };
}

function found(answer: BlobAnswer, asked: ByteRange | undefined): GetAnswer {
  // Taken hold of at once: a stream of Node that fails while nobody listens ends the process.
  const body = streamBody(answer.body, { sizeBytes: answer.contentLength ?? Number.POSITIVE_INFINITY });
  try {
    const contentLength = lengthOf(answer);
    if (isFolder(answer.metadata)) throw folder();
    return { kind: 'found', ...factsOf(answer), ...extentOf(answer, contentLength, asked), body };
  } catch (err) {
    // What nobody reads would hold its connection.
    body.cancel();
    throw err;
  }
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
  { contentRange = '', status }: BlobAnswer,
  contentLength: number,
  asked: ByteRange | undefined,
): { readonly range: ByteRange; readonly sizeBytes: number } {
  if (contentRange === '' && status !== 206)
    return { range: { start: 0, end: contentLength }, sizeBytes: contentLength };
  const extent = parseContentRange(contentRange);
  if (extent) return extent;
  // Azurite answers a range of an empty blob with 206 and `bytes 0--1/0`, where Azure answers 416.
  if (asked && contentLength === 0) {
    throw new StorageError({ kind: 'invalid_range', message: 'the object has no bytes' });
  }
  throw new StorageError({ kind: 'bad_response', message: 'the answer has a Content-Range that says nothing' });
}

function factsOf(answer: BlobFacts): Omit<ObjectHead, 'sizeBytes'> {
  const { etag, lastModified, contentType, metadata } = answer;
  return {
    version: etag ? { etag } : {},
    ...(lastModified && { lastModified }),
    ...(contentType !== undefined && { contentType }),
    ...(metadata && { metadata }),
  };
}
