import { randomUUID } from 'node:crypto';
import {
  AnonymousCredential,
  BlobSASPermissions,
  ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { Authoriser } from '../src/authoriser.ts';
import { fixedSource } from '../src/credentials.ts';
import { DirectWire } from '../src/direct-wire.ts';
import { type Sender, serviceWith } from '../src/pipeline.ts';
import type { AzureTarget } from '../src/target.ts';
import type { AzureServerAddress } from './server-address.ts';

/** The way past the SDK's generated client to each container that was made here. */
const wires = new WeakMap<ContainerClient, DirectWire>();

/** A container client without retries, authorised with the account's key. */
export function containerOf({ accountUrl, account, accountKey }: AzureServerAddress, name: string): ContainerClient {
  const credential = new StorageSharedKeyCredential(account, accountKey);
  const options = { retryOptions: { maxTries: 1 } };
  const container = new ContainerClient(`${accountUrl}/${name}`, newPipeline(credential, options));
  const authoriser = new Authoriser(account, fixedSource({ accountKey }, 'accountKey'));
  const sender = serviceWith(accountUrl, options, [authoriser]).sender() as Sender;
  wires.set(container, new DirectWire(container.url, sender));
  return container;
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

/**
 * What a client is made of. A source is signed for where a key signs. What {@link containerOf} made is read and written past the
 * SDK's generated client, unless `wire` says otherwise.
 */
export function targetOf(container: ContainerClient, overrides: Partial<AzureTarget> = {}): AzureTarget {
  return {
    container,
    wire: wires.get(container),
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
