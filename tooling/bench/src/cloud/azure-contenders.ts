import {
  BlobBatchClient,
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { azureStorage } from '@icechunk/storage-azure';
import { bareHttp, type PrepareRequest } from './bare-http.ts';
import type { CloudContender, OpenContender } from './contender.ts';
import { storageContender } from './storage-contender.ts';

/** Where the container is. */
interface AzurePlace {
  /** With the account, where it stands in the path. */
  readonly endpointUrl: string;
  readonly account: string;
  readonly accountKey: string;
  readonly container: string;
}

export const ours = 'ours';
export const rawSdk = 'raw SDK';
export const floor = 'undici, with a SAS';

export const open: OpenContender = async (name, argument) => {
  const place = argument as AzurePlace;
  if (name === ours) return storageContender(azureStorage({ ...place, allowHttp: true }));
  if (name === floor) return bareHttp(new URL(place.endpointUrl).origin, withSas(place));
  return raw(new ContainerClient(`${place.endpointUrl}/${place.container}`, keyOf(place)), keyOf(place));
};

/** The SDK as its documentation shows it. */
function raw(container: ContainerClient, credential: StorageSharedKeyCredential): CloudContender {
  const batch = new BlobBatchClient(container.url, credential);
  const blob = (key: string) => container.getBlockBlobClient(key);
  return {
    put: async (key, data) => void (await blob(key).upload(data, data.byteLength)),
    putLarge: async (key, data) => void (await blob(key).uploadData(data)),
    get: async (key) => (await blob(key).downloadToBuffer()).byteLength,
    getRange: async (key, start, end) => (await blob(key).downloadToBuffer(start, end - start)).byteLength,
    list: async (prefix) => {
      let count = 0;
      for await (const _ of container.listBlobsFlat({ prefix: `${prefix}/` })) count++;
      return count;
    },
    delete: async (keys) => {
      for (let start = 0; start < keys.length; start += 256) {
        const urls = keys.slice(start, start + 256).map((key) => blob(key).url);
        const { subResponsesFailedCount } = await batch.deleteBlobs(urls, credential);
        if (subResponsesFailedCount > 0) throw new Error(`${subResponsesFailedCount} deletes failed`);
      }
    },
  };
}

function keyOf({ account, accountKey }: AzurePlace): StorageSharedKeyCredential {
  return new StorageSharedKeyCredential(account, accountKey);
}

function withSas(place: AzurePlace): PrepareRequest {
  const { endpointUrl, container: containerName } = place;
  const permissions = ContainerSASPermissions.parse('rw');
  const expiresOn = new Date(Date.now() + 3_600_000);
  const sas = generateBlobSASQueryParameters({ containerName, permissions, expiresOn }, keyOf(place)).toString();
  return (verb, key) => {
    const url = `${endpointUrl}/${containerName}/${key}?${sas}`;
    return verb === 'get'
      ? { method: 'GET', url }
      : { method: 'PUT', url, headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' } };
  };
}
