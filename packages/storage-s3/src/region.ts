import { StorageError } from '@icechunk/storage-core';
import { environment, regionOf } from './environment.ts';

/** What of a user's options names a region. */
export interface RegionChoice {
  readonly region?: string | undefined;
  /** Undefined is AWS. */
  readonly endpoint?: URL | undefined;
  /** Whether the environment may name one. */
  readonly fromEnv: boolean;
}

// What MinIO and Ceph take unless they are told otherwise, and what Icechunk's page says for MinIO.
const ELSEWHERE = 'us-east-1';

/**
 * The region that requests are signed for: given, in the environment under `fromEnv`, in the host of one of AWS's endpoints, or
 * `us-east-1` where it is not AWS. Undefined where only a profile can name it.
 *
 * @throws {@link StorageError} `invalid_options` where AWS has none.
 */
export function chooseRegion({ region, endpoint, fromEnv }: RegionChoice): string | undefined {
  const named = region ?? (fromEnv ? regionOf(environment()) : undefined);
  if (named !== undefined) return checkRegion(named);
  if (endpoint && !isAws(endpoint)) return ELSEWHERE;
  const ofHost = endpoint && regionOfHost(endpoint.hostname);
  if (ofHost !== undefined) return ofHost;
  if (!fromEnv || endpoint) throw missingRegion();
  return undefined;
}

/** What a missing region comes to. */
export function missingRegion(cause?: unknown): StorageError {
  return new StorageError({
    kind: 'invalid_options',
    message: "region is missing: AWS needs the bucket's, for example us-east-1",
    ...(cause !== undefined && { cause }),
  });
}

function checkRegion(region: string): string {
  if (/^[\w-]+$/.test(region)) return region;
  throw new StorageError({ kind: 'invalid_options', message: 'region takes a name such as us-east-1' });
}

function isAws({ hostname }: URL): boolean {
  return /\.amazonaws\.com(?:\.cn)?$/.test(hostname);
}

function regionOfHost(hostname: string): string | undefined {
  return /(?:^|\.)s3[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com/.exec(hostname)?.[1];
}
