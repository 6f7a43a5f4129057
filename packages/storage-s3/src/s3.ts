import type { S3Client } from '@aws-sdk/client-s3';
import { type Storage, StorageError } from '@icechunk/storage-core';
import { checkBucket } from './bucket.ts';
import { chooseEndpoint } from './endpoint.ts';
import { sortHeaders } from './headers.ts';
import { open, targetOf, targetOfClient } from './open.ts';
import { type AnyOptions, checkS3Options, type S3StorageOptions } from './options.ts';
import type { S3Target } from './target.ts';
import { isTigrisHost, notForTigris } from './tigris-host.ts';

/**
 * A storage in a bucket of Amazon S3, or of a server with its API: MinIO, Ceph and others.
 *
 * Its repositories are those of Icechunk's `s3_storage`.
 *
 * @returns A storage that has done no I/O yet.
 * @throws {@link StorageError} `invalid_options`, naming the field and no value, before any I/O.
 * @see https://icechunk.io, page "Storage", sections "S3 Storage" and "Minio" (seen 2026-11)
 */
export function s3Storage(options: S3StorageOptions): Storage {
  return open(s3Target(options), options);
}

/** What {@link s3Storage} talks to. */
export function s3Target(options: AnyOptions): S3Target {
  const form = checkS3Options(options);
  const bucket = checkBucket(options.bucket);
  if (form === 'client') return targetOfClient(bucket, alone(options), options.client as S3Client);
  const endpoint = chooseEndpoint({ ...options, bucket, fromEnv: form === 'env' });
  if (endpoint && isTigrisHost(endpoint.url.hostname)) throw notForTigris();
  const headers = sortHeaders(options);
  return targetOf({ dialect: 's3', backend: 'S3', bucket, options, form, headers, endpoint });
}

const ofConnections: readonly (keyof AnyOptions)[] = [
  'region',
  'endpointUrl',
  'allowHttp',
  'forcePathStyle',
  'signPayload',
  'headers',
  'readHeaders',
  'writeHeaders',
];

function alone(options: AnyOptions): AnyOptions {
  const field = ofConnections.find((name) => options[name] !== undefined);
  if (field === undefined) return options;
  const message = `${field} cannot stand beside client, which is connected as it was made`;
  throw new StorageError({ kind: 'invalid_options', message });
}
