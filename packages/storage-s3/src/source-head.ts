import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { type AttemptContext, isEmptyVersion, StorageError, type VersionInfo } from '@icechunk/storage-core';
import { contentLength, headOf } from './get.ts';
import type { S3Wire } from './wire.ts';

/** What S3 stores beside an object's bytes, as the commands that write objects take it. */
export type SourceAttributes = Pick<
  CreateMultipartUploadCommandInput,
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ContentType'
  | 'Metadata'
  | 'WebsiteRedirectLocation'
>;

/** The source of a copy as it is at one moment. */
export interface SourceHead {
  readonly version: VersionInfo;
  readonly sizeBytes: number;
  readonly attributes: SourceAttributes;
}

/**
 * Asks for what a copy must carry along by itself. A missing source is `not_found`.
 *
 * @throws {@link StorageError} `bad_response` where the answer has no version: attributes and parts could be of several.
 */
export async function sourceHead(wire: S3Wire, key: string, context: AttemptContext): Promise<SourceHead> {
  const answer = await wire.send({ method: 'HEAD', key, headers: {} }, context);
  const { version, sizeBytes, metadata = {} } = headOf(answer, contentLength(answer));
  if (isEmptyVersion(version)) throw new StorageError({ kind: 'bad_response', message: 'the source has no etag' });
  const kept = attributeHeaders.filter(([header]) => answer.headers[header] !== undefined);
  const attributes = Object.fromEntries(kept.map(([header, field]) => [field, answer.headers[header]]));
  return { version, sizeBytes, attributes: { ...attributes, Metadata: { ...metadata } } };
}

const attributeHeaders: readonly (readonly [header: string, field: keyof SourceAttributes])[] = [
  ['cache-control', 'CacheControl'],
  ['content-disposition', 'ContentDisposition'],
  ['content-encoding', 'ContentEncoding'],
  ['content-language', 'ContentLanguage'],
  ['content-type', 'ContentType'],
  ['x-amz-website-redirect-location', 'WebsiteRedirectLocation'],
];
