import {
  type AttemptContext,
  type ByteRange,
  type GetAnswer,
  type GetRequest,
  isStorageError,
  type ObjectHead,
  parseContentRange,
  StorageError,
  streamBody,
} from '@icechunk/storage-core';
import { checkedBody } from './checked-body.ts';
import { conditionEtag } from './conditions.ts';
import type { S3Wire, WireAnswer } from './wire.ts';

/** Sends a get, and reads the head of its answer. See `StorageClient.get`. */
export async function getObject(wire: S3Wire, request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
  const { key, range, ifVersion, ifNotVersion } = request;
  const headers = {
    ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
    ...(ifVersion && { 'if-match': conditionEtag(ifVersion) }),
    ...(ifNotVersion && { 'if-none-match': conditionEtag(ifNotVersion) }),
  };
  try {
    return foundIn(await wire.send({ method: 'GET', key, headers }, context));
  } catch (err) {
    if (isStorageError(err) && err.status === 304 && ifNotVersion) return { kind: 'not_modified' };
    if (isStorageError(err) && err.status === 412 && ifVersion) return { kind: 'changed' };
    throw err;
  }
}

/** Asks for an object's head. See `StorageClient.head`. */
export async function headObject(wire: S3Wire, key: string, context: AttemptContext): Promise<ObjectHead> {
  const answer = await wire.send({ method: 'HEAD', key, headers: {} }, context);
  return headOf(answer, contentLength(answer));
}

function foundIn(answer: WireAnswer): GetAnswer {
  const { body } = answer;
  if (!body) throw badAnswer('the answer has no body', answer);
  try {
    const { range, sizeBytes } = extentOf(answer);
    const source = streamBody(body, { sizeBytes: range.end - range.start });
    const checked = answer.isCheckedAtEnd ? checkedBody(source) : source;
    return { kind: 'found', ...headOf(answer, sizeBytes), range, body: checked };
  } catch (err) {
    streamBody(body, { sizeBytes: Number.POSITIVE_INFINITY }).cancel();
    throw err;
  }
}

/** What the body holds: a server that ignores ranges answers 200 with the whole object. */
function extentOf(answer: WireAnswer): { readonly range: ByteRange; readonly sizeBytes: number } {
  if (answer.status !== 206) {
    const sizeBytes = contentLength(answer);
    return { range: { start: 0, end: sizeBytes }, sizeBytes };
  }
  const extent = parseContentRange(answer.headers['content-range']);
  if (!extent) throw badAnswer('the answer to a range does not say which bytes it holds', answer);
  return extent;
}

/**
 * The length of an object by its HEAD, in bytes.
 *
 * @throws {@link StorageError} `bad_response` where the answer does not say.
 */
export function contentLength(answer: WireAnswer): number {
  const length = answer.headers['content-length'] ?? '';
  if (/^\d{1,15}$/.test(length)) return Number(length);
  throw badAnswer('the answer does not say how long the object is', answer);
}

/** What the headers of an answer say of the object. */
export function headOf({ headers }: WireAnswer, sizeBytes: number): ObjectHead {
  const { etag, 'content-type': contentType, 'last-modified': modified = '' } = headers;
  const lastModified = new Date(modified);
  return {
    version: etag ? { etag } : {},
    sizeBytes,
    ...(!Number.isNaN(lastModified.getTime()) && { lastModified }),
    ...(contentType !== undefined && { contentType }),
    metadata: metadataIn(headers),
  };
}

const metadataPrefix = 'x-amz-meta-';

function metadataIn(headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = Object.keys(headers).filter((name) => name.startsWith(metadataPrefix));
  return Object.fromEntries(names.map((name) => [name.slice(metadataPrefix.length), headers[name] as string]));
}

function badAnswer(message: string, { status }: WireAnswer): StorageError {
  return new StorageError({ kind: 'bad_response', message, status });
}
