import { type AttemptContext, type PutAnswer, type PutRequest, StorageError } from '@icechunk/storage-core';
import { blobAttributes } from './attributes.ts';
import type { BlobPlace } from './blob-wire.ts';
import { conditionsOf, isForeign, isRefusal } from './conditions.ts';
import { errorFromAzure } from './errors.ts';

/** See {@link StorageClient.put}. What a blob had of metadata, content type and tier goes with its bytes. */
export async function putBlob(
  { container, wire }: BlobPlace,
  { key, data, condition, ...attributes }: PutRequest,
  { signal }: AttemptContext,
): Promise<PutAnswer> {
  const write = { key, data, attributes: blobAttributes(attributes), conditions: conditionsOf(condition) };
  if (condition?.kind === 'update' && isForeign(condition.version)) return { kind: 'refused' };
  try {
    return stored(await wire.put(write, signal));
  } catch (err) {
    if (isRefusal(err, condition)) return { kind: 'refused' };
    throw errorFromAzure(err, container);
  }
}

/** The answer to a write that Azure took. */
export function stored({ etag }: { readonly etag?: string | undefined }): PutAnswer {
  if (etag) return { kind: 'stored', version: { etag } };
  throw new StorageError({ kind: 'bad_response', message: 'the write was answered without an etag' });
}
