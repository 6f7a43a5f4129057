import type { S3Client } from '@aws-sdk/client-s3';
import type { AttemptContext, StorageInfo } from '@icechunk/storage-core';

/** Which service stands behind the S3 API: their answers differ in small things. */
export type S3Dialect = 's3' | 'r2' | 'tigris';

/** What {@link S3StorageClient} talks to: made of a user's options, once, before any I/O. */
export interface S3Target {
  /** Configured and authorised: its retries are off, unless it is the caller's own. */
  readonly sdk: S3Client;
  readonly dialect: S3Dialect;
  readonly info: StorageInfo;
  readonly bucket: string;
  /** As the user gave it: `rawKeys` says what of it counts. */
  readonly prefix: string;
  /** Whether keys at the bucket's root begin with `/`; undefined asks the bucket, once. Only looked at where the prefix is empty. */
  readonly legacyRootedKeys?: boolean | undefined;
  readonly requesterPays: boolean;
  /** A checksum of this kind goes with every put and part. Default none: stores without them refuse the header. */
  readonly checksumAlgorithm?: ChecksumAlgorithmName | undefined;
  /** Sends `Content-MD5` with batch deletes, for old stores that ask for it. */
  readonly contentMd5OnDelete: boolean;
  /** Is told of failures beside the SDK's middleware, with the keys that the request was signed with. */
  readonly refused?: ((err: unknown, identity: unknown) => void) | undefined;
  /** Replaces credentials that were refused. Absent where there are no others to be had. */
  readonly refresh?: ((context: AttemptContext) => Promise<void>) | undefined;
  /** True for a client of the caller's, which keeps its own retries and is not closed. */
  readonly isCallersClient: boolean;
}

/** The checksums that S3 computes (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, seen 2026-11). */
export type ChecksumAlgorithmName = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';
