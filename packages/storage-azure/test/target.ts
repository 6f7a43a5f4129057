import { randomUUID } from 'node:crypto';
import {
  AnonymousCredential,
  BlobSASPermissions,
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { AzureTarget } from '../src/target.ts';
import type { AzureServerAddress } from './server-address.ts';

/** A container client without retries, authorised with the account's key. */
export function containerOf({ accountUrl, account, accountKey }: AzureServerAddress, name: string): ContainerClient {
  const credential = new StorageSharedKeyCredential(account, accountKey);
  return new ContainerClient(`${accountUrl}/${name}`, newPipeline(credential, { retryOptions: { maxTries: 1 } }));
}

/** A container client without retries and without credentials, for scripted answers. */
export function anonymousContainer(url: string): ContainerClient {
  return new ContainerClient(
    `${url}/container`,
    newPipeline(new AnonymousCredential(), { retryOptions: { maxTries: 1 } }),
  );
}

/** A container that is there, under a name of its own. */
export async function freshContainer(server: AzureServerAddress): Promise<ContainerClient> {
  const container = containerOf(server, `test-${randomUUID()}`);
  await container.create();
  return container;
}

/** What a client is made of. A source is signed for where a key signs. */
export function targetOf(container: ContainerClient, overrides: Partial<AzureTarget> = {}): AzureTarget {
  return {
    container,
    info: { backend: 'Azure Blob Storage', fields: { container: container.containerName } },
    prefix: '',
    copySource: async (blobName) => {
      const blob = container.getBlobClient(blobName);
      if (!(container.credential instanceof StorageSharedKeyCredential)) return { url: blob.url };
      const expiresOn = new Date(Date.now() + 3_600_000);
      return { url: await blob.generateSasUrl({ permissions: BlobSASPermissions.parse('r'), expiresOn }) };
    },
    isCallersClient: false,
    close: () => {},
    ...overrides,
  };
}
