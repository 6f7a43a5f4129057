import type { ContainerClient } from '@azure/storage-blob';
import { type AttemptContext, type DeleteOutcome, mapConcurrently } from '@icechunk/storage-core';
import { errorFromAzure, failureOf } from './errors.ts';

/** Requests of one delete at once; core has several deletes under way. */
const DELETES_AT_ONCE = 16;

/**
 * Deletes each blob by a request of its own, with its snapshots, as Icechunk's other clients do.
 *
 * Blob Batch would take 256 at once, and not under every credential: the SDK asks for a token per blob and forgets a custom
 * audience, and a SAS needs rights of its own for it.
 */
export async function deleteBlobs(
  container: ContainerClient,
  keys: readonly string[],
  context: AttemptContext,
): Promise<readonly DeleteOutcome[]> {
  return await mapConcurrently(keys, DELETES_AT_ONCE, (key) => deleteBlob(container, key, context));
}

async function deleteBlob(container: ContainerClient, key: string, { signal }: AttemptContext): Promise<DeleteOutcome> {
  try {
    await container.getBlobClient(key).delete({ deleteSnapshots: 'include', abortSignal: signal });
    return { key };
  } catch (err) {
    signal.throwIfAborted();
    return goneCodes.has(failureOf(err).code) ? { key } : { key, error: errorFromAzure(err, container) };
  }
}

// A 404 without this code is no word on the blob: Azure also hides what there is no right to see behind one, and proxies answer it.
// A folder of a hierarchical namespace is no object, so that none was there: it stays as long as it holds some.
// Azure/azure-storage-azcopy#2344 (409, not empty) and Azure/azure-sdk-for-net#39065 (400, not offered), seen 2026-11.
const goneCodes: ReadonlySet<string | undefined> = new Set([
  'BlobNotFound',
  'DirectoryIsNotEmpty',
  'OperationNotSupportedOnDirectory',
]);
