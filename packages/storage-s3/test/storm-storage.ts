import type { EventListener, Storage } from '@icechunk/storage-core';
import { s3Storage } from '../src/index.ts';

/** Where the processes of a storm find their repository. */
export interface StormPlace {
  readonly endpointUrl: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** The storage of each process of a storm: the defaults, but for pauses and silences short enough for a test. */
export function openStorage(place: StormPlace & { readonly [name: string]: string }, onEvent: EventListener): Storage {
  const { endpointUrl, bucket, prefix, accessKeyId, secretAccessKey, region } = place;
  return s3Storage({
    ...{ endpointUrl, bucket, prefix, accessKeyId, secretAccessKey, region, onEvent },
    allowHttp: true,
    forcePathStyle: true,
    settings: {
      retries: { maxTries: 40, initialBackoffMs: 20, maxBackoffMs: 500 },
      timeouts: { connectTimeoutMs: 2_000, operationAttemptTimeoutMs: 2_000, networkStreamTimeoutMs: 2_000 },
    },
  });
}
