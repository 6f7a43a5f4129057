import {
  type AttemptContext,
  isStorageError,
  type ListedObject,
  type ListPage,
  type ListPageRequest,
} from '@icechunk/storage-core';
import { badAnswer, noBucket } from './errors.ts';
import { type GcsAnswer, type GcsHttp, jsonOf } from './http.ts';
import { bytesIn, type ObjectResource, timeIn } from './resource.ts';

/** The most that the provider puts on a page (https://cloud.google.com/storage/docs/json_api/v1/objects/list, seen 2026-11). */
const PAGE_SIZE = 1_000;

/**
 * One page of a listing, with the fields that are needed alone. See `Listing`.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/list (seen 2026-11)
 */
export async function listPage(http: GcsHttp, request: ListPageRequest, context: AttemptContext): Promise<ListPage> {
  const { keyPrefix, pageToken, maxKeys = PAGE_SIZE } = request;
  const query = {
    prefix: keyPrefix === '' ? undefined : keyPrefix,
    maxResults: String(Math.min(maxKeys, PAGE_SIZE)),
    pageToken,
    fields: 'items(name,size,updated),nextPageToken',
  };
  const answer = await pageAnswer(http, query, context);
  const { items = [], nextPageToken } = await jsonOf<{
    readonly items: readonly Partial<ObjectResource>[];
    readonly nextPageToken: string;
  }>(answer);
  if (!Array.isArray(items)) throw badAnswer('the answer holds no list of objects', answer.status);
  return { objects: items.map((item) => listedObject(Object(item))), ...(nextPageToken && { nextPageToken }) };
}

async function pageAnswer(
  http: GcsHttp,
  query: Readonly<Record<string, string | undefined>>,
  context: AttemptContext,
): Promise<GcsAnswer> {
  try {
    return await http.send({ method: 'GET', path: '/o', query }, [200], context);
  } catch (err) {
    // An empty listing is answered with 200.
    throw isStorageError(err, 'not_found') ? noBucket(http.place) : err;
  }
}

function listedObject({ name, size, updated }: Partial<ObjectResource>): ListedObject {
  const [sizeBytes, createdAt] = [bytesIn(size), timeIn(updated)];
  if (!name || sizeBytes === undefined || !createdAt)
    throw badAnswer('the listing holds an object without a name, a size or a time', 200);
  return { key: name, sizeBytes, createdAt };
}
