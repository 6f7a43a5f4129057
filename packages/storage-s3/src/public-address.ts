import type { S3Client } from '@aws-sdk/client-s3';
import { StorageError } from '@icechunk/storage-core';

/**
 * Lets listings over a bucket's public address fail before anything is sent: it serves objects by their keys, and no list of them.
 *
 * @see https://developers.cloudflare.com/r2/buckets/public-buckets/ (seen 2026-11)
 */
export function refuseListings(sdk: S3Client): void {
  sdk.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'ListObjectsV2Command') return await next(args);
      throw new StorageError({
        kind: 'unsupported',
        message: 'the public address of a bucket has no listing: give bucket, accountId and keys to list it',
      });
    },
    { step: 'initialize', name: 'icechunkPublicAddress' },
  );
}
