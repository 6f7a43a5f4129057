import { randomUUID } from 'node:crypto';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  type ContainerClient,
  ContainerSASPermissions,
  generateAccountSASQueryParameters,
  generateBlobSASQueryParameters,
  newPipeline,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { Storage, StorageEvent } from '@icechunk/storage-core';
import { describeWithServer, startAzurite } from '@icechunk-tooling/servers';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AzureCredentials, type AzureStorageOptions, azureStorage } from '../src/index.ts';
import { entraToken, trustedCertificate } from './tokens.ts';

const HOUR_MS = 3_600_000;
const data = new Uint8Array([1, 2, 3]);

/** Everything that a storage does, once, with what it gave back. */
async function works(options: AzureStorageOptions): Promise<unknown> {
  const storage = azureStorage(options);
  try {
    const created = await storage.putObject('a b/c', data, { condition: { kind: 'create' } });
    const copied = await storage.copyObject('a b/c', 'd');
    const bytes = await (await storage.getObject('d')).bytes();
    const ids = await idsOf(storage);
    const { deletedObjects } = await storage.deleteObjects('', [{ id: 'a b/c', sizeBytes: 3 }]);
    return { created: created.kind, copied: copied.kind, bytes, ids, deletedObjects, left: await idsOf(storage) };
  } finally {
    await storage.close();
  }
}

const everything = {
  created: 'updated',
  copied: 'updated',
  bytes: data,
  ids: ['a b/c', 'd'],
  deletedObjects: 1,
  left: ['d'],
};

async function idsOf(storage: Storage): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of storage.listObjects('')) ids.push(id);
  return ids.sort();
}

describeWithServer('azurite', 'azureStorage on Azurite', (server) => {
  let key: StorageSharedKeyCredential;
  let container: ContainerClient;
  beforeAll(async () => {
    key = new StorageSharedKeyCredential(server.account, server.accountKey);
    container = new BlobServiceClient(server.accountUrl, key).getContainerClient(`test-${randomUUID()}`);
    await container.create();
  });

  const place = () => ({
    account: server.account,
    container: container.containerName,
    prefix: randomUUID(),
    endpointUrl: server.accountUrl,
    allowHttp: true,
  });

  function accountSas(msToEnd = HOUR_MS): string {
    return generateAccountSASQueryParameters(
      {
        permissions: AccountSASPermissions.parse('rwdlac'),
        services: AccountSASServices.parse('b').toString(),
        resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
        expiresOn: new Date(Date.now() + msToEnd),
      },
      key,
    ).toString();
  }

  function containerSas(permissions: string): string {
    return generateBlobSASQueryParameters(
      {
        containerName: container.containerName,
        permissions: ContainerSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + HOUR_MS),
      },
      key,
    ).toString();
  }

  it('works with a key', async () => {
    expect(await works({ ...place(), accountKey: server.accountKey })).toEqual(everything);
  });

  it('works with the emulator by its name', async () => {
    const { account, container, prefix } = place();
    expect(await works({ account, container, prefix, useEmulator: true, endpointUrl: server.url })).toEqual(everything);
  });

  it('works with a signature for the account, with ? and without', async () => {
    expect(await works({ ...place(), sasToken: `?${accountSas()}` })).toEqual(everything);
    expect(await works({ ...place(), sasToken: accountSas() })).toEqual(everything);
  });

  it('works with a signature for the container', async () => {
    expect(await works({ ...place(), sasToken: containerSas('rwdlac') })).toEqual(everything);
  });

  it('works with what a callback gives', async () => {
    expect(await works({ ...place(), getCredentials: async () => ({ accountKey: server.accountKey }) })).toEqual(
      everything,
    );
    expect(await works({ ...place(), getCredentials: () => ({ sasToken: accountSas() }) })).toEqual(everything);
  });

  it("works with a caller's client", async () => {
    expect(await works({ client: container, prefix: randomUUID() })).toEqual(everything);
    const pipeline = newPipeline(key, { retryOptions: { maxTries: 1 } });
    const other = new BlobServiceClient(server.accountUrl, pipeline).getContainerClient(container.containerName);
    expect(await works({ client: other, prefix: randomUUID() })).toEqual(everything);
  });

  it('reads without credentials where anybody may, and writes nothing there', async () => {
    const open = new BlobServiceClient(server.accountUrl, key).getContainerClient(`public-${randomUUID()}`);
    await open.create({ access: 'container' });
    await open.getBlockBlobClient('p/a').upload(data, data.byteLength);
    const storage = azureStorage({ ...place(), container: open.containerName, prefix: 'p', anonymous: true });
    expect(await (await storage.getObject('a')).bytes()).toEqual(data);
    expect(await idsOf(storage)).toEqual(['a']);
    await expect(storage.putObject('a', data)).rejects.toMatchObject({ kind: 'unauthenticated', attempts: 1 });
    expect(await idsOf(storage)).toEqual(['a']);
    await storage.close();
  });

  it('reads with a signature for reading, and is forbidden to write', async () => {
    const storage = azureStorage({ ...place(), sasToken: containerSas('rl') });
    await expect(storage.getObject('a')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(storage.putObject('a', data)).rejects.toMatchObject({ kind: 'permission_denied', status: 403 });
    await storage.close();
  });

  it('replaces signatures before they end, in the middle of a job', async () => {
    let calls = 0;
    const getCredentials = (): AzureCredentials => {
      calls++;
      return { sasToken: accountSas(8_000) };
    };
    const storage = azureStorage({ ...place(), getCredentials });
    const kinds = new Set<string>();
    while (calls < 2) kinds.add((await storage.putObject('a', data)).kind);
    expect(kinds).toEqual(new Set(['updated']));
    await storage.close();
  });
});

describe('azureStorage on Azurite over https', () => {
  it('works with tokens, of every form', async () => {
    const server = await startAzurite({ tls: await trustedCertificate(), oauth: true });
    try {
      const key = new StorageSharedKeyCredential(server.account, server.accountKey);
      await new BlobServiceClient(server.accountUrl, key).createContainer('grids');
      const place = () => ({
        account: server.account,
        container: 'grids',
        prefix: randomUUID(),
        endpointUrl: server.accountUrl,
      });
      expect(await works({ ...place(), bearerToken: entraToken() })).toEqual(everything);
      expect(await works({ ...place(), accessToken: entraToken() })).toEqual(everything);
      const getToken = async () => ({ token: entraToken(), expiresOnTimestamp: Date.now() + HOUR_MS });
      expect(await works({ ...place(), credential: { getToken } })).toEqual(everything);

      // The first is refused, and its place taken in the middle of the job.
      const events: StorageEvent[] = [];
      const tokens = [entraToken({ exp: 1_700_000_000 }), entraToken()];
      const getCredentials = () => ({ bearerToken: tokens.shift() as string });
      const storage = azureStorage({ ...place(), getCredentials, onEvent: (event) => events.push(event) });
      const puts = await Promise.all(['a', 'b', 'c', 'd'].map((id) => storage.putObject(id, data)));
      expect(puts.map(({ kind }) => kind)).toEqual(Array(4).fill('updated'));
      expect(await idsOf(storage)).toEqual(['a', 'b', 'c', 'd']);
      expect(tokens).toEqual([]);
      expect(events.map(({ kind }) => kind)).toContain('credentials_renewed');
      await storage.close();

      const other = azureStorage({ ...place(), bearerToken: entraToken({ aud: 'https://graph.microsoft.com' }) });
      await expect(other.getObject('a')).rejects.toMatchObject({ kind: 'unauthenticated' });
      await other.close();
    } finally {
      await server.stop();
    }
  });
});
