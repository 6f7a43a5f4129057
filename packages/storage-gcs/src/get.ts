import {
  type AttemptContext,
  type ByteRange,
  type GetAnswer,
  type GetRequest,
  type ObjectHead,
  parseContentRange,
  streamBody,
} from '@icechunk/storage-core';
import { badAnswer, errorFromSending } from './errors.ts';
import { drain, type GcsAnswer, type GcsHttp, jsonOf } from './http.ts';
import { bytesIn, headOf, type ObjectResource, timeIn } from './resource.ts';
import { generationOf, versionOf } from './version.ts';

/** Fields of an object's resource that its head is made of. */
const HEAD_FIELDS = 'generation,etag,size,updated,contentType,metadata';

/** The path of an object below its bucket: the whole name is one segment of it. */
export function objectPath(key: string): string {
  return `/o/${encodeURIComponent(key)}`;
}

/**
 * Asks for an object's bytes. See `StorageClient.get`.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/get (seen 2026-11)
 * @see https://cloud.google.com/storage/docs/caching, and https://github.com/googleapis/nodejs-storage/pull/643 for what spares a read
 * of it (seen 2026-11)
 */
export async function getObject(http: GcsHttp, request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
  const { key, range, ifVersion, ifNotVersion } = request;
  const ifGenerationMatch = ifVersion && generationOf(ifVersion);
  if (ifVersion && ifGenerationMatch === undefined) return { kind: 'changed' };
  const ifGenerationNotMatch = ifNotVersion && generationOf(ifNotVersion);
  const headers = {
    // Without it Google unpacks what was stored with `Content-Encoding: gzip`, and answers ranges of it with the whole.
    'accept-encoding': 'gzip',
    // Without it Google gives what its caches hold of a public object, for an hour: an old version, which no update can replace.
    'cache-control': 'no-store',
    ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
  };
  const query = { alt: 'media', ifGenerationMatch, ifGenerationNotMatch };
  const expected = [200, 206, ...(ifGenerationMatch ? [412] : []), ...(ifGenerationNotMatch ? [304] : [])];
  const answer = await http.send({ method: 'GET', path: objectPath(key), query, headers }, expected, context);
  if (answer.status === 200 || answer.status === 206) return foundIn(answer);
  await drain(answer);
  return { kind: answer.status === 304 ? 'not_modified' : 'changed' };
}

/** What a get would say, without the bytes. See `StorageClient.head`. */
export async function headObject(http: GcsHttp, key: string, context: AttemptContext): Promise<ObjectHead> {
  const request = { method: 'GET', path: objectPath(key), query: { fields: HEAD_FIELDS } } as const;
  const answer = await http.send(request, [200], context);
  return headOf(await jsonOf<ObjectResource>(answer), answer.status);
}

function foundIn(answer: GcsAnswer): GetAnswer {
  const { headers, body } = answer;
  try {
    const { range, sizeBytes } = extentOf(answer);
    const lastModified = timeIn(headers['last-modified']);
    const contentType = headers['content-type'];
    return {
      kind: 'found',
      version: versionOf(headers['x-goog-generation'], headers['etag'], answer.status),
      sizeBytes,
      range,
      ...(lastModified && { lastModified }),
      ...(contentType && { contentType }),
      ...metadataIn(headers),
      body: streamBody(body, { sizeBytes: range.end - range.start, toError: errorFromSending }),
    };
  } catch (err) {
    streamBody(body, { sizeBytes: Number.POSITIVE_INFINITY }).cancel();
    throw err;
  }
}

/**
 * What the body holds: a server that ignores ranges answers 200 with the whole object.
 *
 * @see https://cloud.google.com/storage/docs/transcoding (seen 2026-11)
 */
function extentOf({ status, headers }: GcsAnswer): { readonly range: ByteRange; readonly sizeBytes: number } {
  const storedBytes = bytesIn(headers['x-goog-stored-content-length']);
  const length = bytesIn(headers['content-length']);
  const whole = length === undefined ? undefined : { range: { start: 0, end: length }, sizeBytes: length };
  const extent = status === 206 ? parseContentRange(headers['content-range']) : whole;
  if (extent && length !== undefined && length !== extent.range.end - extent.range.start)
    throw badAnswer('the answer holds another number of bytes than its range', status);
  if (isRepacked(headers) || (storedBytes !== undefined && extent?.sizeBytes !== storedBytes))
    throw badAnswer('the bytes were packed or unpacked on their way, and are not those of the object', status);
  if (extent) return extent;
  throw badAnswer('the answer does not say how many bytes it holds', status);
}

/** A proxy may pack what was not stored packed, since packed answers are asked for. */
function isRepacked(headers: GcsAnswer['headers']): boolean {
  const stored = headers['x-goog-stored-content-encoding'];
  const sent = headers['content-encoding'] ?? 'identity';
  return stored !== undefined && sent !== stored && sent === 'gzip';
}

const META = 'x-goog-meta-';

// Nothing is said where there is none: it has been seen that downloads through the JSON API leave it out
// (googleapis/google-cloud-go#2740 and #11212, seen 2026-11).
function metadataIn(headers: GcsAnswer['headers']): { readonly metadata?: Record<string, string> } {
  const entries: [string, string][] = [];
  for (const name in headers)
    if (name.startsWith(META)) entries.push([name.slice(META.length), headers[name] as string]);
  return entries.length === 0 ? {} : { metadata: Object.fromEntries(entries) };
}
