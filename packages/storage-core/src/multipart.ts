import { mapConcurrently } from './batch.ts';
import type { ParallelMultipart, PartReceipt, PutAnswer, PutRequest } from './client.ts';
import { isStorageError, StorageError } from './errors.ts';
import { freeUpload } from './free-upload.ts';
import type { Mechanics } from './mechanics.ts';
import { checkedPutAnswer } from './put-answer.ts';
import { splitUpload } from './range.ts';
import type { Operation } from './runner.ts';

/**
 * Uploads in equal parts but the last, several at once, with the condition on the completion. A failure frees what was
 * uploaded, so that nothing dangles and is paid for.
 *
 * @param onFailure Sees what the completion, and only it, failed with: nothing is visible before it.
 */
export async function putInParts(
  mechanics: Mechanics,
  operation: Operation,
  multipart: ParallelMultipart,
  request: PutRequest,
  onFailure: (error: StorageError) => void,
): Promise<PutAnswer> {
  const { runner } = mechanics;
  const { data, condition: _, ...attributes } = request;
  const { key } = request;
  const uploadId = await runner.run(operation, (context) => multipart.start(attributes, context), {
    discard: (begunTooLate) => freeUpload(mechanics, operation, multipart, { key, uploadId: begunTooLate }),
  });
  try {
    const parts = await uploadParts(mechanics, operation, { key, uploadId, data }, multipart);
    const answer = await complete(mechanics, operation, multipart, request, { uploadId, parts }, onFailure);
    if (answer.kind === 'refused') await freeUpload(mechanics, operation, multipart, { key, uploadId });
    return answer;
  } catch (err) {
    await freeUpload(mechanics, operation, multipart, { key, uploadId });
    throw err;
  }
}

async function uploadParts(
  { runner, settings }: Mechanics,
  operation: Operation,
  { key, uploadId, data }: { key: string; uploadId: string; data: Uint8Array },
  multipart: ParallelMultipart,
): Promise<PartReceipt[]> {
  const { idealConcurrentRequestSize, maxConcurrentRequestsForObject } = settings.concurrency;
  const { minPartSizeBytes, maxParts } = multipart;
  const ranges = splitUpload(data.byteLength, {
    idealPartSizeBytes: idealConcurrentRequestSize,
    minPartSizeBytes,
    maxParts,
  });
  const failed = new AbortController();
  return await mapConcurrently(ranges.entries(), maxConcurrentRequestsForObject, async ([index, { start, end }]) => {
    const part = { key, uploadId, partNumber: index + 1, data: data.subarray(start, end) };
    try {
      return await runner.run(operation, (context) => multipart.uploadPart(part, context), { unwanted: failed.signal });
    } catch (err) {
      failed.abort();
      throw err;
    }
  });
}

async function complete(
  { runner }: Mechanics,
  operation: Operation,
  multipart: ParallelMultipart,
  { data: _, ...request }: PutRequest,
  upload: { readonly uploadId: string; readonly parts: readonly PartReceipt[] },
  onFailure: (error: StorageError) => void,
): Promise<PutAnswer> {
  const send = async (context: Parameters<ParallelMultipart['complete']>[1]): Promise<PutAnswer> => {
    try {
      return checkedPutAnswer(await multipart.complete({ ...request, ...upload }, context));
    } catch (err) {
      throw goneUpload(err);
    }
  };
  return await runner.run(operation, send, { onFailure });
}

// An upload that is no more there was completed by an attempt whose answer was lost, or freed by somebody else.
function goneUpload(err: unknown): unknown {
  if (!isStorageError(err, 'not_found')) return err;
  const { providerCode, status } = err;
  return new StorageError({
    kind: 'unknown',
    message: 'the upload was gone when it was to be completed',
    cause: err,
    ...(providerCode !== undefined && { providerCode }),
    ...(status !== undefined && { status }),
  });
}
