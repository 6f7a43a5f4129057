import type { ContainerClient } from '@azure/storage-blob';
import { type Authoriser, bearerFor, withSas } from './authoriser.ts';
import { placeOf } from './container-place.ts';
import { STORAGE_SCOPE } from './credentials.ts';
import { readSas } from './shared-key.ts';
import type { AzureTarget, CopySource } from './target.ts';

type CopySourceOf = AzureTarget['copySource'];

/**
 * How Azure may read the source of a copy, with the credentials of this moment: it asks nobody whom it serves the copy.
 *
 * @param containerName As the user gave it: the SDK guesses it from the address, and is wrong where a host has a name of its own.
 * @see https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url (a source is public, or has a SAS or a token, seen 2026-11)
 */
export function copySourceOf(authoriser: Authoriser, container: ContainerClient, containerName: string): CopySourceOf {
  return async (blobName, context) => {
    const { url } = container.getBlobClient(blobName);
    const credentials = await authoriser.credentials(context);
    if ('accountKey' in credentials)
      return { url: `${url}?${readSas(authoriser.signerOf(credentials), containerName, blobName)}` };
    if ('sasToken' in credentials) return { url: withSas(url, credentials.sasToken) };
    return 'bearerToken' in credentials ? { url, authorization: bearerFor(url, credentials.bearerToken) } : { url };
  };
}

/** The same with the credential of a caller's client. A signature in its address is on every address that it makes. */
export function copySourceOfClient(container: ContainerClient): CopySourceOf {
  const { credential } = container;
  const { name } = placeOf(container);
  return async (blobName, { signal }) => {
    const { url } = container.getBlobClient(blobName);
    if ('accountKey' in credential) return { url: `${url}?${readSas(credential, name, blobName)}` };
    if (!('getToken' in credential)) return { url };
    const token = await credential.getToken(STORAGE_SCOPE, { abortSignal: signal });
    return token ? { url, authorization: bearerFor(url, token.token) } : { url };
  };
}

/** How the SDK takes the right to read a source. */
export function authorizationOf({ authorization }: CopySource): {
  readonly sourceAuthorization?: { readonly scheme: string; readonly value: string };
} {
  const [, scheme, value] = /^(\S+) +(.*)$/.exec(authorization ?? '') ?? [];
  return scheme && value ? { sourceAuthorization: { scheme, value } } : {};
}
