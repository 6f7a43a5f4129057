// By its namespace, since the SDK's build for browsers lacks what signs with a key: it must still load there.
import * as sdk from '@azure/storage-blob';
import type { PipelineRequest } from './pipeline.ts';

const MINUTE_MS = 60_000;

/** Signs requests with a key of an account. */
export function sharedKey(account: string, accountKey: string): sdk.StorageSharedKeyCredential {
  const credential = new sdk.StorageSharedKeyCredential(account, accountKey);
  const crypto = (globalThis.process as NodeJS.Process | undefined)?.getBuiltinModule?.('node:crypto');
  if (!crypto) return credential;
  // The SDK gives Node the bytes of the key each time, from which Node makes this anew: that takes longer than to sign with it.
  const key = crypto.createSecretKey(Buffer.from(accountKey, 'base64'));
  const computeHMACSHA256 = (text: string): string =>
    crypto.createHmac('sha256', key).update(text, 'utf8').digest('base64');
  return Object.assign(credential, { computeHMACSHA256 });
}

/** Signs a request: its date and its `Authorization` are set. */
export async function signWith(key: sdk.StorageSharedKeyCredential, request: PipelineRequest): Promise<void> {
  const { method, url, headers, body } = request;
  // The SDK's signer knows requests in an older form, of which it uses this much.
  const signed = {
    method,
    url,
    body,
    headers: {
      get: (name: string) => headers.get(name),
      set: (name: string, value: string | number) => headers.set(name, value),
      headersArray: () => Array.from(headers, ([name, value]) => ({ name, value })),
    },
  };
  const nothing = { sendRequest: async () => ({}) as sdk.HttpOperationResponse };
  await key
    .create(nothing as sdk.RequestPolicy, {} as sdk.RequestPolicyOptions)
    .sendRequest(signed as unknown as sdk.WebResource);
}

/**
 * A shared access signature that lets Azure read one blob, for an hour: a copy that goes on in the background reads all the while.
 *
 * It begins a quarter of an hour ago, since clocks may differ by that much
 * (https://learn.microsoft.com/azure/storage/common/storage-sas-overview, seen 2026-11).
 *
 * @returns The query, without `?`.
 */
export function readSas(
  key: sdk.StorageSharedKeyCredential,
  containerName: string,
  blobName: string,
  nowMs: number = Date.now(),
): string {
  const permissions = sdk.BlobSASPermissions.parse('r');
  const startsOn = new Date(nowMs - 15 * MINUTE_MS);
  const expiresOn = new Date(nowMs + 60 * MINUTE_MS);
  return sdk
    .generateBlobSASQueryParameters({ containerName, blobName, permissions, startsOn, expiresOn }, key)
    .toString();
}
