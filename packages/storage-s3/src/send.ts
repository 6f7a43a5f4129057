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
    throw errorFromSdk(err, { ...request, region: await regionOf(target) });
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

/** The header of a request that pays for itself, as a field of every command. */
export function payerOf(target: S3Target): { readonly RequestPayer?: 'requester' } {
  return target.requesterPays ? { RequestPayer: 'requester' } : {};
}
