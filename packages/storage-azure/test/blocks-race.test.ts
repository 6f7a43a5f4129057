import type { ContainerClient } from '@azure/storage-blob';
import { cloudDefaults, createStorage, type Storage, type WriteCondition } from '@icechunk/storage-core';
import { describeWithServer } from '@icechunk-tooling/servers';
import { beforeAll, expect, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { containerOf, freshContainer, targetOf } from './target.ts';

const settings = { minimumSizeForMultipartUpload: 1, concurrency: { idealConcurrentRequestSize: 4 } };
const writers = [0, 1, 2, 3];

// Uncommitted blocks are the blob's and not the upload's: each commit here discards the blocks of all others.
describeWithServer('azurite', 'uploads in parts to one object at once', (server) => {
  let container: ContainerClient;
  beforeAll(async () => {
    container = await freshContainer(server);
  });

  const storageOfItsOwn = (): Storage => {
    const client = new AzureStorageClient(targetOf(containerOf(server, container.containerName), { prefix: 'race' }));
    return createStorage(client, { defaults: cloudDefaults, settings });
  };
  const textOf = (writer: number): string => `${writer}`.repeat(16);
  const read = async (path: string): Promise<string> =>
    new TextDecoder().decode(await (await storageOfItsOwn().getObject(path)).bytes());

  it('each end well without a condition, and one of them stays, whole', async () => {
    for (let round = 0; round < 5; round++) {
      const puts = writers.map((writer) =>
        storageOfItsOwn().putObject('plain', new TextEncoder().encode(textOf(writer))),
      );
      const versions = (await Promise.all(puts)).map((result) => result.kind === 'updated' && result.newVersion);
      expect(writers.map(textOf)).toContain(await read('plain'));
      const { version } = await storageOfItsOwn().getObject('plain');
      expect(versions).toContainEqual(version);
    }
  });

  it('have one winner where they create', async () => {
    for (let round = 0; round < 5; round++) {
      const path = `created-${round}`;
      const puts = writers.map((writer) =>
        storageOfItsOwn().putObject(path, new TextEncoder().encode(textOf(writer)), { condition: { kind: 'create' } }),
      );
      const winners = (await Promise.all(puts)).flatMap(({ kind }, writer) => (kind === 'updated' ? [writer] : []));
      expect(winners).toHaveLength(1);
      expect(await read(path)).toBe(textOf(winners[0] as number));
    }
  });

  it('lose no update of a counter', async () => {
    const path = 'counter';
    // By version and not by what is read: Azurite 3.37 changes the state of a blob in place (`LokiBlobMetadataStore.commitBlockList`), so
    // that a read under way gives the bytes of the old blocks with the etag of the new.
    const counts = new Map<string, number>();
    const write = async (storage: Storage, count: number, condition: WriteCondition): Promise<boolean> => {
      const data = new TextEncoder().encode(String(count).padStart(12, '0'));
      const result = await storage.putObject(path, data, { condition });
      if (result.kind === 'updated') counts.set(result.newVersion.etag ?? '', count);
      return result.kind === 'updated';
    };
    await write(storageOfItsOwn(), 0, { kind: 'create' });
    const add = async (storage: Storage): Promise<void> => {
      for (;;) {
        const object = await storage.getObject(path);
        await object.cancel();
        const count = counts.get(object.version.etag ?? '');
        // Otherwise its writer has not been answered yet.
        const done =
          count !== undefined && (await write(storage, count + 1, { kind: 'update', version: object.version }));
        if (done) return;
      }
    };
    const work = writers.map(async () => {
      const storage = storageOfItsOwn();
      for (let added = 0; added < 5; added++) await add(storage);
    });
    await Promise.all(work);
    expect(Number(await read(path))).toBe(20);
  });
});
