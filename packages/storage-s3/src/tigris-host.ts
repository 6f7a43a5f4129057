import { StorageError } from '@icechunk/storage-core';

/** Where Tigris is (https://www.tigrisdata.com/docs/concepts/regions/, and the older name at https://litestream.io/guides/tigris/, seen 2026-11). */
const HOSTS = ['t3.storage.dev', 'storage.tigris.dev'];

/** Whether a host is Tigris's, by itself or with a bucket before it. */
export function isTigrisHost(hostname: string): boolean {
  return HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}

/** What Tigris under another name comes to. */
export function notForTigris(): StorageError {
  return new StorageError({
    kind: 'invalid_options',
    message:
      'the endpoint is one of Tigris, whose reads may be stale unless they are asked for otherwise: use tigrisStorage',
  });
}
