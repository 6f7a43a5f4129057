import { DeleteObjectCommand, DeleteObjectsCommand, type _Error as KeyError } from '@aws-sdk/client-s3';
import { type AttemptContext, type DeleteOutcome, errorFromStatus, toStorageError } from '@icechunk/storage-core';
import { payerOf, sent } from './send.ts';
import type { S3Target } from './target.ts';

/**
 * Deletes up to 1,000 objects. See `StorageClient.delete`.
 *
 * The answer names every key: one that it leaves out is not confirmed gone, which silence would not tell.
 */
export async function deleteObjects(
  target: S3Target,
  keys: readonly string[],
  context: AttemptContext,
): Promise<readonly DeleteOutcome[]> {
  const inXml = keys.filter((key) => !notInXml.test(key));
  const others = keys.filter((key) => notInXml.test(key));
  const outcomes = inXml.length === 0 ? [] : await deleteBatch(target, inXml, context);
  return [...outcomes, ...(await Promise.all(others.map((key) => deleteOne(target, key, context))))];
}

// The two characters that keys may have and XML 1.0 may not (https://www.w3.org/TR/xml/#charsets, seen 2026-11).
const notInXml = /[\ufffe\uffff]/;

async function deleteBatch(
  target: S3Target,
  keys: readonly string[],
  { signal }: AttemptContext,
): Promise<readonly DeleteOutcome[]> {
  const { bucket: Bucket, contentMd5OnDelete, checksumAlgorithm } = target;
  // `MD5` is how the SDK is told to send Content-MD5 and no checksum of its own.
  const algorithm = contentMd5OnDelete ? 'MD5' : checksumAlgorithm;
  const command = new DeleteObjectsCommand({
    Bucket,
    Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: false },
    ...(algorithm && { ChecksumAlgorithm: algorithm }),
    ...payerOf(target),
  });
  const answer = sent(target, target.sdk.send(command, { abortSignal: signal }), { hint: noBatchDelete });
  const { Deleted = [], Errors = [] } = await answer;
  const failed = Errors.flatMap((error) => (error.Key === undefined ? [] : [failure(error.Key, error)]));
  const gone = Deleted.flatMap(({ Key }) => (Key === undefined ? [] : [{ key: Key }]));
  return [...gone, ...failed];
}

const noBatchDelete =
  'it has no batch delete, as the S3 interface of Google Cloud Storage has none, so that nothing can be collected here';

function failure(key: string, { Code, Message }: KeyError): DeleteOutcome {
  // An object that is not there is deleted.
  if (Code === 'NoSuchKey') return { key };
  return { key, error: errorFromStatus({ providerCode: Code, message: Message }) };
}

async function deleteOne(target: S3Target, key: string, { signal }: AttemptContext): Promise<DeleteOutcome> {
  const command = new DeleteObjectCommand({ Bucket: target.bucket, Key: key, ...payerOf(target) });
  try {
    await sent(target, target.sdk.send(command, { abortSignal: signal }));
    return { key };
  } catch (err) {
    const error = toStorageError(err);
    return error.kind === 'not_found' ? { key } : { key, error };
  }
}
