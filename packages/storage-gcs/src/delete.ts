import { type AttemptContext, type DeleteOutcome, isStorageError, toStorageError } from '@icechunk/storage-core';
import { objectPath } from './get.ts';
import { drain, type GcsHttp } from './http.ts';

/**
 * Keys of one call, all asked for at once; core makes ten calls at a time.
 *
 * 50 requests under way delete some 1,000 objects a second, which is what a bucket takes before it has grown
 * (https://cloud.google.com/storage/docs/request-rate, seen 2026-11).
 */
export const MAX_DELETE_BATCH = 5;

/**
 * Deletes objects, each by a request of its own. See `StorageClient.delete`.
 *
 * The batch endpoint would save connections and no work: each call in a batch is billed and done as one of its own
 * (https://cloud.google.com/storage/docs/batch, seen 2026-11).
 */
export async function deleteObjects(
  http: GcsHttp,
  keys: readonly string[],
  context: AttemptContext,
): Promise<readonly DeleteOutcome[]> {
  return await Promise.all(keys.map((key) => deleteOne(http, key, context)));
}

async function deleteOne(http: GcsHttp, key: string, context: AttemptContext): Promise<DeleteOutcome> {
  try {
    await drain(await http.send({ method: 'DELETE', path: objectPath(key) }, [200, 204], context));
    return { key };
  } catch (err) {
    if (context.signal.aborted) throw err;
    return isStorageError(err, 'not_found') ? { key } : { key, error: toStorageError(err) };
  }
}
