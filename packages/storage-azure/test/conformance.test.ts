import type { ContainerClient } from '@azure/storage-blob';
import { cloudDefaults, createStorage, type Listing, type Storage, type StorageClient } from '@icechunk/storage-core';
import { defineConformanceTests, type OpenContext } from '@icechunk/storage-core/conformance';
import { describeWithServer } from '@icechunk-tooling/servers';
import { beforeAll, describe, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import type { AzureTarget } from '../src/target.ts';
import { containerOf, freshContainer, targetOf } from './target.ts';

/** Azure's own pages hold 5,000 objects, and its batches 256: of so few, a test has many. */
const PAGE_SIZE = 100;

describeWithServer('azurite', 'on Azurite', (server) => {
  let container: ContainerClient;
  beforeAll(async () => {
    container = await freshContainer(server);
  });

  const storageOf = (from: ContainerClient, way: Partial<AzureTarget>, context: OpenContext): Storage => {
    const prefix = `/a b+%2F//é/${context.prefix}/`;
    const client = inSmallPages(new AzureStorageClient(targetOf(from, { prefix, ...way })));
    return createStorage(context.wrap(client), { defaults: cloudDefaults, ...context });
  };

  for (const [name, way] of [
    ['Azure', {}],
    ['Azure through the SDK alone', { wire: undefined }],
  ] as const) {
    defineConformanceTests(
      { describe, it },
      {
        name,
        open: (context) => storageOf(container, way, context),
        openSecond: (context) => storageOf(containerOf(server, container.containerName), way, context),
        faults: true,
        limits: { manyObjects: 3 * PAGE_SIZE + 1 },
      },
    );
  }
});

function inSmallPages(client: AzureStorageClient): StorageClient {
  const { page } = client.listing as Extract<Listing, { kind: 'pages' }>;
  const capabilities = {
    ...client.capabilities,
    maxDeleteBatch: PAGE_SIZE,
    // Azurite has no hierarchical namespace.
    orderedList: true,
  };
  const listing: Listing = {
    kind: 'pages',
    page: (request, context) => page({ maxKeys: PAGE_SIZE, ...request }, context),
  };
  return Object.assign(client, { capabilities, listing });
}
