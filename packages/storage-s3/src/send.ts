import { errorFromSdk, type FailedRequest } from './errors.ts';
import type { S3Target } from './target.ts';

/**
 * What the SDK answers to one command.
 *
 * @throws {@link StorageError} for whatever the SDK throws.
 */
export async function sent<T>(target: S3Target, answer: Promise<T>, request: FailedRequest = {}): Promise<T> {
  try {
    return await answer;
  } catch (err) {
    const region = await regionOf(target);
    throw errorFromSdk(err, { ...request, region, bucketPlace: await bucketPlaceOf(target, region) });
  }
}

async function regionOf({ sdk }: S3Target): Promise<string | undefined> {
  try {
    return await sdk.config.region();
  } catch {
    // What region is missing is what the request has failed with.
    return undefined;
  }
}

/** Undefined where the address is that of one bucket, whose name is not known. */
async function bucketPlaceOf(target: S3Target, region: string | undefined): Promise<string | undefined> {
  const { bucket, endpointUrl = await endpointOfClient(target) } = target.info.fields;
  if (bucket === undefined) return undefined;
  if (endpointUrl !== undefined) return `"${bucket}" at ${endpointUrl}`;
  return region === undefined ? `"${bucket}"` : `"${bucket}" in the region "${region}"`;
}

/** The endpoint that a caller's own client was given, without what follows its path. */
async function endpointOfClient({ sdk, isCallersClient }: S3Target): Promise<string | undefined> {
  if (!isCallersClient) return undefined;
  try {
    const endpoint = await sdk.config.endpoint?.();
    if (!endpoint) return undefined;
    const { protocol, hostname, port, path } = endpoint;
    return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`.replace(/\/$/, '');
  } catch {
    // The error is about the bucket, and not about where the client found no endpoint.
    return undefined;
  }
}

/** The header of a request that pays for itself, as a field of every command. */
export function payerOf(target: S3Target): { readonly RequestPayer?: 'requester' } {
  return target.requesterPays ? { RequestPayer: 'requester' } : {};
}
