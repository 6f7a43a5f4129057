import type { BlobAttributes } from './attributes.ts';
import type { BlobRead, BlobWrite } from './blob-wire.ts';
import type { MatchConditions } from './conditions.ts';

/** What is put into a request beside the bytes: a value that is undefined is left out. */
export type RequestHeaders = Readonly<Record<string, string | number | undefined>>;

/**
 * The address of a blob, as the SDK writes it.
 *
 * @param containerUrl Without a query, and without a `/` at its end.
 */
export function blobAddress(containerUrl: string, key: string): string {
  const path = encodeURIComponent(key).replaceAll('%2F', '/').replaceAll("'", '%27');
  return `${containerUrl}/${path}`;
}

/** https://learn.microsoft.com/rest/api/storageservices/get-blob (seen 2026-11) */
export function readHeaders({ range, conditions }: BlobRead): RequestHeaders {
  return { 'x-ms-range': range && `bytes=${range.start}-${range.end - 1}`, ...conditionHeaders(conditions) };
}

/** https://learn.microsoft.com/rest/api/storageservices/put-blob (seen 2026-11) */
export function writeHeaders({ data, attributes, conditions }: BlobWrite): RequestHeaders {
  return {
    'content-length': data.byteLength,
    'content-type': 'application/octet-stream',
    'x-ms-blob-type': 'BlockBlob',
    ...attributeHeaders(attributes),
    ...conditionHeaders(conditions),
  };
}

function conditionHeaders({ ifMatch, ifNoneMatch }: MatchConditions): RequestHeaders {
  return { 'if-match': ifMatch, 'if-none-match': ifNoneMatch };
}

function attributeHeaders({ blobHTTPHeaders, metadata, tier }: BlobAttributes): RequestHeaders {
  const headers: Record<string, string | undefined> = {
    'x-ms-blob-content-type': blobHTTPHeaders?.blobContentType,
    'x-ms-access-tier': tier,
  };
  for (const [name, value] of Object.entries(metadata ?? {})) headers[`x-ms-meta-${name}`] = value;
  return headers;
}
