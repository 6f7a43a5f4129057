import type { StorageSettings } from '@icechunk/storage-core';
import { s3Target } from '../src/s3.ts';
import type { S3Target } from '../src/target.ts';

/** What a test's target is made of: a server, a bucket, and what differs from the plainest of storages. */
export interface TargetAt extends Partial<Omit<S3Target, 'sdk' | 'bucket'>> {
  readonly url: string;
  readonly bucket: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly region?: string;
  readonly settings?: StorageSettings;
}

/** A target on a server of this machine, as {@link s3Target} makes it. */
export function targetAt(options: TargetAt): S3Target {
  const {
    url,
    bucket,
    accessKeyId = 'key',
    secretAccessKey = 'secret',
    region = 'us-east-1',
    settings,
    ...rest
  } = options;
  const place = { bucket, endpointUrl: url, allowHttp: true, forcePathStyle: true, region, settings };
  return { ...s3Target({ ...place, accessKeyId, secretAccessKey }), ...rest };
}
