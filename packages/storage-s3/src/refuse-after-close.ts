import type { S3Client } from '@aws-sdk/client-s3';
import { StorageError } from '@icechunk/storage-core';

/**
 * Lets a closed SDK client send nothing more: what still waited for credentials would else open a connection that nobody closes,
 * and a write could land after its storage was closed.
 *
 * A `DELETE` passes: so a copy in parts frees what it has begun.
 */
export function refuseAfterClose(sdk: S3Client): void {
  const handler = sdk.config.requestHandler as unknown as Handler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    if (request.method === 'DELETE') return await handle(request, options);
    throw new StorageError({ kind: 'closed', message: 'the storage was closed' });
  };
}

interface Handler {
  handle(request: { readonly method: string }, options: object): Promise<unknown>;
}
