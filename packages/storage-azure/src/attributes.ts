import { type ObjectAttributes, StorageError } from '@icechunk/storage-core';

/** What the SDK takes beside the bytes of a write. */
export interface BlobAttributes {
  readonly blobHTTPHeaders?: { readonly blobContentType: string };
  readonly metadata?: Record<string, string>;
  readonly tier?: string;
}

const tiers = ['Hot', 'Cool', 'Cold', 'Archive'] as const;

/**
 * The attributes of a write, checked before any I/O. Without a content type Azure stores `application/octet-stream`.
 *
 * @throws {@link StorageError} `invalid_options`, naming a metadata entry whose name Azure does not take, or a storage class that
 * is no access tier.
 */
export function blobAttributes({ contentType, metadata, storageClass }: ObjectAttributes): BlobAttributes {
  const tier = tierOf(storageClass);
  return {
    ...(contentType !== undefined && { blobHTTPHeaders: { blobContentType: contentType } }),
    ...(metadata && { metadata: checkedMetadata(metadata) }),
    ...(tier !== undefined && { tier }),
  };
}

/**
 * The access tier that a storage class names, in whatever case.
 *
 * @throws {@link StorageError} `invalid_options`.
 */
export function tierOf(storageClass: string | undefined): string | undefined {
  if (storageClass === undefined) return undefined;
  const tier = tiers.find((one) => one.toLowerCase() === storageClass.toLowerCase());
  if (tier) return tier;
  const message = `${JSON.stringify(storageClass)} is no access tier of Azure: take one of ${tiers.join(', ')}`;
  throw new StorageError({ kind: 'invalid_options', message });
}

// Names must be C# identifiers; what comes as a header can only be ASCII. Azure would answer 400 `InvalidMetadata`.
// https://learn.microsoft.com/training/modules/work-azure-blob-storage/5-manage-container-properties-metadata-dotnet (seen 2026-11)
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

function checkedMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  for (const name of Object.keys(metadata)) {
    if (identifier.test(name)) continue;
    const message = `metadata ${JSON.stringify(name)}: Azure takes names of ASCII letters, digits and _, with no digit first`;
    throw new StorageError({ kind: 'invalid_options', message });
  }
  return { ...metadata };
}
