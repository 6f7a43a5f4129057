import { type OptionRules, optionRules, type Storage, StorageError } from '@icechunk/storage-core';
import { checkBucket } from './bucket.ts';
import { chooseEndpoint } from './endpoint.ts';
import { type ExtraHeaders, sortHeaders } from './headers.ts';
import { open, targetOf } from './open.ts';
import {
  type AnyOptions,
  type BucketOptions,
  bucketRules,
  type ConnectionOptions,
  type CredentialOptions,
  checkServiceOptions,
  type ObjectOptions,
} from './options.ts';
import type { S3Target } from './target.ts';

/** How fresh the reads of {@link tigrisStorage} are. */
export type TigrisConsistency =
  | {
      /** Which of Tigris's regions serves every request, for example `iad`: reads there are never stale. */
      readonly region: string;
      readonly useWeakConsistency?: false | undefined;
    }
  | {
      readonly region?: string | undefined;
      /** `true` reads from the nearest region, what may be old, and writes nothing. For experts. */
      readonly useWeakConsistency: true;
    };

/** Options of {@link tigrisStorage}. */
export type TigrisStorageOptions = BucketOptions &
  ObjectOptions &
  Omit<ConnectionOptions, 'region'> &
  CredentialOptions &
  TigrisConsistency & { readonly client?: undefined };

type AnyTigrisOptions = AnyOptions & { readonly useWeakConsistency?: boolean | undefined };

/**
 * A storage in a bucket of Tigris.
 *
 * Its repositories are those of Icechunk's `tigris_storage`. Every request goes to one region, since Tigris's reads elsewhere may
 * be stale, and a commit on top of a stale read would be lost.
 *
 * @returns A storage that has done no I/O yet.
 * @throws {@link StorageError} `invalid_options`, naming the field and no value, before any I/O.
 * @see https://icechunk.io, page "Storage", section "Tigris" (seen 2026-11)
 * @see https://www.tigrisdata.com/docs/objects/consistency/ (seen 2026-11)
 */
export function tigrisStorage(options: TigrisStorageOptions): Storage {
  const target = tigrisTarget(options);
  const readOnly = options.useWeakConsistency === true || options.readOnly;
  return open(target, { ...options, readOnly });
}

const rules: OptionRules = { ...bucketRules, useWeakConsistency: optionRules.flag };

/** What {@link tigrisStorage} talks to. */
export function tigrisTarget(options: AnyTigrisOptions): S3Target {
  const form = checkServiceOptions(options, rules);
  const bucket = checkBucket(options.bucket);
  const region = options.useWeakConsistency ? (options.region ?? 'auto') : oneRegion(options.region);
  const headers = sortHeaders(options, options.useWeakConsistency ? {} : consistent(region));
  const fromEnv = form === 'env';
  const endpoint =
    chooseEndpoint({ ...options, bucket, fromEnv }) ??
    chooseEndpoint({ ...options, endpointUrl: 'https://t3.storage.dev', bucket, fromEnv });
  return targetOf({ dialect: 'tigris', backend: 'Tigris', bucket, options, form, headers, endpoint, region });
}

function oneRegion(region: string | undefined): string {
  if (region !== undefined && region !== 'auto' && /^[\w-]+$/.test(region)) return region;
  const what = region === undefined ? 'region is missing' : `region takes one of Tigris's regions`;
  throw invalid(
    `${what}: only reads from one region are never stale, so add it, for example region: 'iad'; or add ` +
      'useWeakConsistency: true to read what may be stale, and write nothing',
  );
}

// As Icechunk's own client sends them (icechunk-s3/src/lib.rs, seen 2026-11).
function consistent(region: string): Partial<ExtraHeaders> {
  const both = { 'x-tigris-regions': region, 'x-tigris-consistent': 'true' };
  return { read: { ...both, 'cache-control': 'no-cache' }, write: both };
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
