/** Blocks of one blob. https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes, `BlockListTooLong` (seen 2026-11) */
export const MAX_BLOCKS = 50_000;

/** A name that no other upload has, of 24 characters. */
export function newUploadId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 24);
}

/**
 * The id of one block: of 32 bytes before it is encoded, which is the length that Rust's `object_store` uses.
 *
 * All ids of a blob must have one length, those of other uploads included: left over by another Icechunk client, blocks with
 * ids of another length would refuse ours for a week.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block (seen 2026-11)
 * @see https://github.com/apache/arrow-rs-object-store, `src/azure/client.rs` (seen 2026-11)
 */
export function blockId(uploadId: string, partNumber: number): string {
  return btoa(`${uploadId}${String(partNumber).padStart(8, '0')}`);
}
