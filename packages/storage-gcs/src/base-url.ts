import { checkEndpointUrl, StorageError } from '@icechunk/storage-core';
import type { GcsEnvironment } from './environment.ts';
import { isLoopback } from './loopback.ts';
import type { GcsStorageOptions } from './options.ts';

/** Google's own endpoint (https://cloud.google.com/storage/docs/request-endpoints, seen 2026-11). */
export const GOOGLE_BASE_URL = 'https://storage.googleapis.com';

/**
 * The address that requests begin with: `endpointUrl`, else that of `client`, else what the environment says, else Google's.
 *
 * Plain http is taken with `allowHttp` only, but to this machine where it was not written into the options: neither the environment nor
 * a caller's client can say `allowHttp`.
 *
 * @returns Without a `/` at its end.
 * @throws {@link StorageError} `invalid_options`, naming the option or variable.
 */
export function baseUrlOf(options: GcsStorageOptions, environment: GcsEnvironment | undefined): string {
  const { endpointUrl, allowHttp = false, client } = options;
  if (endpointUrl !== undefined) return text(checkEndpointUrl(endpointUrl, { allowHttp }));
  const found = client ? { name: "client's apiEndpoint", value: client.apiEndpoint } : environment?.endpoint;
  return found ? text(checkFound(found, allowHttp)) : GOOGLE_BASE_URL;
}

function checkFound({ name, value }: { readonly name: string; readonly value: string }, allowHttp: boolean): URL {
  const url = checkEndpointUrl(value, { name, allowHttp: true });
  if (url.protocol === 'https:' || allowHttp || isLoopback(url)) return url;
  throw new StorageError({
    kind: 'invalid_options',
    message: `${name} is plain http to another machine, where everybody on the way reads along: give allowHttp: true to take it`,
  });
}

function text({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
