import { cloudDefaults, createStorage, type Storage } from '@icechunk/storage-core';
import { GcsStorageClient } from './client.ts';
import { connect } from './connect.ts';
import type { GcsStorageOptions } from './options.ts';

export type { CallersAuthClient, CallersStorage } from './callers-client.ts';
export type {
  GcsBearerCredential,
  GcsCredentialField,
  GcsCredentialFields,
  GcsCredentialOptions,
  GcsExactly,
  GcsPlaceOptions,
  GcsStorageOptions,
  ServiceAccountKey,
} from './options.ts';

/**
 * A storage in a bucket of Google Cloud Storage.
 *
 * Its repositories are those of Icechunk's `gcs_storage`: the same objects under the same names. Versions are generations, so
 * that every conditional write is a compare-and-swap, updates of the configuration included. Tokens are renewed before they end, and
 * once when they are refused.
 *
 * @param options A bucket, and exactly one way to give credentials.
 * @returns A storage that has done no I/O yet: files are read and tokens asked for by its first request.
 * @throws {@link StorageError} `invalid_options`, naming the field, before any I/O.
 * @see https://icechunk.io, page "Storage", section "Google Cloud Storage" (seen 2026-11)
 */
export function gcsStorage(options: GcsStorageOptions): Storage {
  const client = new GcsStorageClient(connect(options));
  const { settings, onEvent, readOnly } = options;
  return createStorage(client, { defaults: cloudDefaults, settings, onEvent, readOnly });
}
