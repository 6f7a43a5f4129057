import { cloudDefaults, createStorage, type EventListener, type Storage } from '@icechunk/storage-core';
import { GcsStorageClient } from '../src/client.ts';
import { openTarget } from './open-target.ts';

/** Where a process of a storm finds its storage. */
export interface StormPlace {
  readonly url: string;
  readonly bucket: string;
}

/** Opens the storage of one process of a storm: pauses are short, since what disturbs it is. */
export function openStorage({ url, bucket }: StormPlace, onEvent: EventListener): Storage {
  const settings = {
    retries: { initialBackoffMs: 20, maxBackoffMs: 500, maxTries: 30 },
    timeouts: { operationAttemptTimeoutMs: 5_000, networkStreamTimeoutMs: 5_000 },
  };
  const client = new GcsStorageClient(openTarget(url, bucket, { prefix: 'storm' }));
  return createStorage(client, { defaults: cloudDefaults, settings, onEvent });
}
