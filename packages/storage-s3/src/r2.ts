import {
  checkEndpointUrl,
  checkOptions,
  type OptionRules,
  optionRules,
  type Storage,
  StorageError,
} from '@icechunk/storage-core';
import { checkBucket } from './bucket.ts';
import type { Endpoint } from './endpoint.ts';
import { sortHeaders } from './headers.ts';
import { open, targetOf } from './open.ts';
import {
  type AnyOptions,
  type BucketOptions,
  bucketRules,
  type ConnectionOptions,
  type CredentialOptions,
  checkServiceOptions,
  type HeaderOptions,
  type ObjectOptions,
} from './options.ts';
import { refuseListings } from './public-address.ts';
import type { S3Target } from './target.ts';

/** Where a bucket of R2 is: in an account, or at an endpoint, which a jurisdiction has of its own. */
export type R2Place =
  | { readonly accountId: string; readonly endpointUrl?: undefined; readonly allowHttp?: undefined }
  | { readonly accountId?: undefined; readonly endpointUrl: string; readonly allowHttp?: boolean | undefined };

/** Options of {@link r2Storage} for a bucket that is reached with keys. */
export type R2BucketOptions = BucketOptions &
  ObjectOptions &
  Omit<ConnectionOptions, 'endpointUrl' | 'allowHttp' | 'forcePathStyle'> &
  R2Place &
  CredentialOptions & { readonly client?: undefined };

/** Options of {@link r2Storage} for the public address of a bucket, which is read without keys. */
export interface R2PublicOptions
  extends Pick<ObjectOptions, 'prefix' | 'legacyRootedKeys' | 'settings' | 'onEvent'>,
    Pick<HeaderOptions, 'headers' | 'readHeaders'> {
  /** The bucket's own domain, or its address under `r2.dev`. */
  readonly endpointUrl: string;
  /** `true` takes an `http:` address as well. Default `false`. */
  readonly allowHttp?: boolean | undefined;
  readonly anonymous?: true | undefined;
  readonly bucket?: undefined;
}

/** Options of {@link r2Storage}. */
export type R2StorageOptions = R2BucketOptions | R2PublicOptions;

type AnyR2Options = AnyOptions & { readonly accountId?: string | undefined };

/**
 * A storage in a bucket of Cloudflare R2.
 *
 * Its repositories are those of Icechunk's `r2_storage`. Without a `bucket`, `endpointUrl` is the public address of one: it can be
 * read, and neither written to nor listed.
 *
 * @returns A storage that has done no I/O yet.
 * @throws {@link StorageError} `invalid_options`, naming the field and no value, before any I/O.
 * @see https://icechunk.io, page "Storage", section "Cloudflare R2" (seen 2026-11)
 */
export function r2Storage(options: R2StorageOptions): Storage {
  const target = r2Target(options);
  return open(target, isPublic(options) ? { ...options, readOnly: true } : options);
}

/** What {@link r2Storage} talks to. */
export function r2Target(options: AnyR2Options): S3Target {
  return isPublic(options) ? publicTarget(options) : bucketTarget(options);
}

function isPublic(options: AnyR2Options): boolean {
  return typeof options === 'object' && options !== null && options.bucket === undefined;
}

const { forcePathStyle: _, ...rules } = bucketRules;
const r2Rules: OptionRules = { ...rules, accountId: optionRules.text };

function bucketTarget(options: AnyR2Options): S3Target {
  const form = checkServiceOptions(options, r2Rules);
  const bucket = checkBucket(options.bucket);
  const endpoint: Endpoint = { url: r2Endpoint(options), bucketIn: 'path' };
  const region = options.region ?? 'auto';
  return targetOf({
    ...{ dialect: 'r2', backend: 'Cloudflare R2', bucket, options, form },
    ...{ headers: sortHeaders(options), endpoint, region },
  });
}

// https://developers.cloudflare.com/r2/api/s3/api/ (seen 2026-11)
function r2Endpoint({ accountId, endpointUrl, allowHttp }: AnyR2Options): URL {
  if (accountId !== undefined && endpointUrl !== undefined)
    throw invalid('accountId and endpointUrl exclude each other: give one');
  if (endpointUrl !== undefined) return withoutBucket(checkEndpointUrl(endpointUrl, { allowHttp }));
  if (accountId === undefined) throw invalid('accountId or endpointUrl is missing: they say where the bucket is');
  if (!/^[\w-]+$/.test(accountId)) throw invalid("accountId takes the account's id, without the rest of its address");
  return new URL(`https://${accountId}.r2.cloudflarestorage.com`);
}

// The dashboard shows a bucket's address with the bucket in it.
function withoutBucket(url: URL): URL {
  if (!url.hostname.endsWith('.r2.cloudflarestorage.com') || url.pathname === '/') return url;
  throw invalid('endpointUrl must end with the host: give what comes after it as bucket');
}

const publicRules: OptionRules = Object.fromEntries(
  [
    'prefix',
    'legacyRootedKeys',
    'settings',
    'onEvent',
    'headers',
    'readHeaders',
    'endpointUrl',
    'allowHttp',
    'anonymous',
    'bucket',
  ].map((name) => [name, bucketRules[name] as OptionRules[string]]),
);

function publicTarget(options: AnyR2Options): S3Target {
  const given = Object.entries(options).find(([name, value]) => isForBuckets(name, value));
  if (given)
    throw invalid(`bucket is missing beside ${given[0]}: a public address is read without it, and without keys`);
  checkOptions(options, publicRules);
  const { endpointUrl, allowHttp } = options;
  if (endpointUrl === undefined) throw invalid('bucket is missing, or endpointUrl with the public address of one');
  const url = checkEndpointUrl(endpointUrl, { allowHttp });
  if (url.hostname.endsWith('.r2.cloudflarestorage.com'))
    throw invalid('bucket is missing: endpointUrl is not the public address of one');
  const target = targetOf({
    ...{ dialect: 'r2', backend: 'Cloudflare R2', bucket: url.host, options, form: 'anonymous', region: 'auto' },
    ...{ headers: sortHeaders(options), endpoint: { url, bucketIn: 'nothing' } },
  });
  refuseListings(target.sdk);
  return target;
}

function isForBuckets(name: string, value: unknown): boolean {
  return value !== undefined && value !== false && Object.hasOwn(r2Rules, name) && !Object.hasOwn(publicRules, name);
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
