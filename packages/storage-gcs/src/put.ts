import type { AttemptContext, ObjectAttributes, PutAnswer, PutRequest } from '@icechunk/storage-core';
import { isStorageError } from '@icechunk/storage-core';
import { noBucket } from './errors.ts';
import type { GcsAnswer, GcsHttp, GcsRequest } from './http.ts';
import { bodyOf } from './request-body.ts';
import { storedBy } from './resource.ts';
import { matchParameter } from './version.ts';

/** What is sent of an object beside its bytes, and what is asked of the answer. */
const ANSWER_FIELDS = 'generation,etag,size';

const DEFAULT_TYPE = 'application/octet-stream';

/**
 * Writes an object in one request. See `StorageClient.put`.
 *
 * Bytes alone go as they are; with metadata or a storage class they go as the second part of a body of two.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/insert (seen 2026-11)
 */
export async function putObject(http: GcsHttp, request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
  const { key, data, condition } = request;
  const match = matchParameter(condition);
  if (!match) return { kind: 'refused' };
  const query = { ...match, name: key, fields: ANSWER_FIELDS };
  const upload = hasAttributes(request) ? inTwoParts(request, query) : bytesAlone(request, query);
  const answer = await sendUpload(http, upload, condition !== undefined, context);
  if (answer.status === 200) return await storedBy(answer, data.byteLength);
  await http.checkRefusal(answer);
  return { kind: 'refused' };
}

/**
 * Sends a request that writes: 412 is an answer only to a condition.
 *
 * @throws {@link StorageError} `invalid_options` for a 404: nothing but the bucket can be missing.
 */
export async function sendUpload(
  http: GcsHttp,
  request: Omit<GcsRequest, 'method' | 'api' | 'path'>,
  hasCondition: boolean,
  context: AttemptContext,
): Promise<GcsAnswer> {
  const upload = { ...request, method: 'POST', api: '/upload/storage/v1', path: '/o' } as const;
  try {
    return await http.send(upload, hasCondition ? [200, 412] : [200], context);
  } catch (err) {
    throw isStorageError(err, 'not_found') ? noBucket(http.place) : err;
  }
}

/** The resource that an upload is to have, as JSON. */
export function resourceJson({ contentType = DEFAULT_TYPE, metadata, storageClass }: ObjectAttributes): string {
  return JSON.stringify({ contentType, ...(metadata && { metadata }), ...(storageClass && { storageClass }) });
}

function hasAttributes({ metadata, storageClass }: ObjectAttributes): boolean {
  return storageClass !== undefined || (metadata !== undefined && Object.keys(metadata).length > 0);
}

type Upload = Pick<GcsRequest, 'query' | 'headers' | 'body'>;

function bytesAlone({ data, contentType = DEFAULT_TYPE }: PutRequest, query: GcsRequest['query'] & object): Upload {
  const { body, headers } = bodyOf([data]);
  return { query: { ...query, uploadType: 'media' }, headers: { ...headers, 'content-type': contentType }, body };
}

/** @see https://cloud.google.com/storage/docs/uploading-objects#rest-upload-objects (seen 2026-11) */
function inTwoParts(request: PutRequest, query: GcsRequest['query'] & object): Upload {
  const { data, contentType = DEFAULT_TYPE } = request;
  // Random, so that no data holds it.
  const boundary = `icechunk-${crypto.randomUUID()}`;
  const encoder = new TextEncoder();
  const head = encoder.encode(
    `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${resourceJson(request)}\r\n` +
      `--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`,
  );
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  const { body, headers } = bodyOf([head, data, tail]);
  return {
    query: { ...query, uploadType: 'multipart' },
    headers: { ...headers, 'content-type': `multipart/related; boundary=${boundary}` },
    body,
  };
}
