import type { StorageClient } from './client.ts';
import type { Mechanics } from './mechanics.ts';
import type { Operation } from './runner.ts';

/** How long freeing a failed upload may take: the caller waits for it. */
const ABORT_TIMEOUT_MS = 30_000;

/** Frees an upload whatever became of the caller's signal. What fails here must not hide why the upload failed. */
export async function freeUpload(
  { runner }: Mechanics,
  operation: Operation,
  multipart: NonNullable<StorageClient['multipart']>,
  upload: { readonly key: string; readonly uploadId: string },
): Promise<void> {
  const deadline = { timeoutMs: ABORT_TIMEOUT_MS, name: 'freeing the upload' };
  const { signal: _, ...detached } = operation;
  await runner.once(detached, deadline, (context) => multipart.abort(upload, context)).catch(() => {});
}
