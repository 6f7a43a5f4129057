import { randomBytes } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { cloudDefaults, createStorage, type StorageEvent } from '@icechunk/storage-core';
import { describeWithServer, type ToxicProxy } from '@icechunk-tooling/servers';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { containerOf, freshContainer, targetOf } from './target.ts';

describeWithServer('azurite', 'on Azurite', (server) => {
  describeWithServer('toxiproxy', 'through a network that breaks', (toxiproxy) => {
    let proxy: ToxicProxy;
    let direct: ContainerClient;
    let container: ContainerClient;
    beforeAll(async () => {
      direct = await freshContainer(server);
      proxy = await toxiproxy.proxy(server.url);
      const { account, accountKey } = server;
      container = containerOf({ account, accountKey, accountUrl: `${proxy.url}/${account}` }, direct.containerName);
    });
    afterEach(() => proxy.removeToxics());

    const open = (): { readonly storage: ReturnType<typeof createStorage>; readonly events: StorageEvent[] } => {
      const events: StorageEvent[] = [];
      const settings = { retries: { maxTries: 20, initialBackoffMs: 10, maxBackoffMs: 50 } };
      const client = new AzureStorageClient(targetOf(container));
      const onEvent = (event: StorageEvent): void => void events.push(event);
      return { storage: createStorage(client, { defaults: cloudDefaults, settings, onEvent }), events };
    };

    it('reads on from where each broken body ended, and gives every byte once', async () => {
      const bytes = randomBytes(1_000_000);
      await direct.getBlockBlobClient('large').upload(bytes, bytes.byteLength);
      const { storage, events } = open();
      await proxy.addToxic('limit_data', { bytes: 200_000 });
      const object = await storage.getObject('large');
      expect(Buffer.from(await object.bytes()).equals(bytes)).toBe(true);
      const offsets = events.flatMap((event) => (event.kind === 'read_resumed' ? [event.offsetBytes] : []));
      expect(offsets.length).toBeGreaterThanOrEqual(5);
      expect(offsets.every((offset, index) => offset > (offsets[index - 1] ?? 0))).toBe(true);
    });

    it('never puts two states of an object together', async () => {
      const [first, second] = [Buffer.alloc(600_000, 1), Buffer.alloc(600_000, 2)];
      const blob = direct.getBlockBlobClient('replaced');
      await blob.upload(first, first.byteLength);
      const { storage } = open();
      await proxy.addToxic('limit_data', { bytes: 200_000 });
      const object = await storage.getObject('replaced');
      await blob.upload(second, second.byteLength);
      await expect(object.bytes()).rejects.toMatchObject({ kind: 'changed_while_reading' });
    });

    it('finds out that a create landed whose answer was lost', async () => {
      const { storage, events } = open();
      await proxy.addToxic('limit_data', { bytes: 1 });
      const put = storage.putObject('created', new Uint8Array([1]), { condition: { kind: 'create' } });
      while (!(await direct.getBlobClient('created').exists())) await new Promise((resolve) => setImmediate(resolve));
      await proxy.removeToxics();
      const { etag } = await direct.getBlobClient('created').getProperties();
      expect(await put).toEqual({ kind: 'updated', newVersion: { etag } });
      expect(events).toContainEqual({ kind: 'write_recovered', path: 'created' });
    });
  });
});
