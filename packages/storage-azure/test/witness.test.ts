import { randomBytes } from 'node:crypto';
import type { ContainerClient } from '@azure/storage-blob';
import { cloudDefaults, createStorage, type ListInfo, type Storage } from '@icechunk/storage-core';
import { describeWithServer } from '@icechunk-tooling/servers';
import { beforeAll, expect, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { freshContainer, targetOf } from './target.ts';

const path = "é?#&=+ %/it's~*/a b";
// As object_store encodes it: `src/path/parts.rs` (seen 2026-11).
const blobName = "repo/%C3%A9%3F%23&=+ %25/it's%7E%2A/a b";
const attributes = { contentType: 'application/x-test', metadata: { icspecver: '2' } };

describeWithServer('azurite', 'the official client as a witness', (server) => {
  let container: ContainerClient;
  let storage: Storage;
  beforeAll(async () => {
    container = await freshContainer(server);
    storage = createStorage(new AzureStorageClient(targetOf(container, { prefix: 'repo' })), {
      defaults: cloudDefaults,
    });
  });

  it('reads what was put, with its attributes, under the encoded name', async () => {
    const bytes = randomBytes(1_000);
    const put = await storage.putObject(path, bytes, attributes);
    const blob = container.getBlobClient(blobName);
    expect(await blob.downloadToBuffer()).toEqual(bytes);
    const { etag, contentType, metadata } = await blob.getProperties();
    expect(put).toEqual({ kind: 'updated', newVersion: { etag } });
    expect({ contentType, metadata }).toEqual(attributes);
  });

  it('reads what was put in parts, and what was copied', async () => {
    const bytes = randomBytes(300_007);
    const settings = { minimumSizeForMultipartUpload: 100_000, concurrency: { idealConcurrentRequestSize: 100_000 } };
    const client = new AzureStorageClient(targetOf(container, { prefix: 'repo' }));
    const inParts = createStorage(client, { defaults: cloudDefaults, settings });
    await inParts.putObject('large', bytes, attributes);
    await storage.copyObject('large', 'copy');
    await storage.copyObject('large', 'retyped', { contentType: 'text/plain' });
    expect((await container.getBlockBlobClient('repo/large').getBlockList('committed')).committedBlocks).toHaveLength(
      4,
    );
    for (const name of ['large', 'copy', 'retyped']) {
      expect(await container.getBlobClient(`repo/${name}`).downloadToBuffer()).toEqual(bytes);
    }
    expect((await container.getBlobClient('repo/retyped').getProperties()).contentType).toBe('text/plain');
  });

  it('writes what is read, ranged, listed and deleted', async () => {
    const bytes = randomBytes(1_000);
    const blob = container.getBlockBlobClient('repo/witness/%C3%A9');
    const { etag } = await blob.upload(bytes, bytes.byteLength, {
      blobHTTPHeaders: { blobContentType: 'a/b' },
      metadata: { MixedCase: 'kept' },
    });
    const object = await storage.getObject('witness/é', { range: { start: 10, end: 20 } });
    expect(object).toMatchObject({
      version: { etag },
      contentType: 'a/b',
      sizeBytes: 1_000,
      metadata: { mixedcase: 'kept' },
    });
    expect(Buffer.from(await object.bytes())).toEqual(bytes.subarray(10, 20));
    expect(await idsOf(storage, 'witness')).toEqual(['é']);
    await storage.deleteObjects('witness', [{ id: 'é', sizeBytes: 1_000 }]);
    expect(await blob.exists()).toBe(false);
  });

  it('leaves folders that are not listed, read or counted as objects', async () => {
    const folder = container.getBlockBlobClient('repo/hadoop/folder');
    await folder.upload('', 0, { metadata: { hdi_isfolder: 'true' } });
    await container.getBlockBlobClient('repo/hadoop/folder/file').upload('x', 1);
    await container.getBlockBlobClient('repo/hadoop/empty').upload('', 0);
    expect((await idsOf(storage, 'hadoop')).sort()).toEqual(['empty', 'folder/file']);
    await expect(storage.getObject('hadoop/folder')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(storage.getObjectLastModified('hadoop/folder')).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('takes snapshots that hinder no delete, and are no objects', async () => {
    const blob = container.getBlockBlobClient('repo/snapped/a');
    await blob.upload('x', 1);
    await blob.createSnapshot();
    expect(await idsOf(storage, 'snapped')).toEqual(['a']);
    const { deletedObjects, failures } = await storage.deleteObjects('snapped', [{ id: 'a', sizeBytes: 1 }]);
    expect({ deletedObjects, failures }).toEqual({ deletedObjects: 1, failures: [] });
  });

  it('holds a lease under which a write is an error, and no conflict', async () => {
    const blob = container.getBlockBlobClient('repo/leased');
    const { etag } = await blob.upload('x', 1);
    const lease = blob.getBlobLeaseClient();
    await lease.acquireLease(15);
    const condition = { kind: 'update', version: { etag: etag as string } } as const;
    const put = storage.putObject('leased', new Uint8Array(1), { condition });
    await expect(put).rejects.toMatchObject({ kind: 'permission_denied', providerCode: 'LeaseIdMissing' });
    await lease.releaseLease();
    expect(await storage.putObject('leased', new Uint8Array(1), { condition })).toMatchObject({ kind: 'updated' });
  });

  // Azurite discards blocks when a block list is committed; Azure does when a blob is put in one piece, too.
  it('discards the blocks of uploads under way: those that create are refused, the others stage theirs again, and none is torn', async () => {
    const { multipart } = new AzureStorageClient(targetOf(container));
    const context = { signal: new AbortController().signal };
    const blob = container.getBlockBlobClient('raced');
    const parts = [1, 2].map((partNumber) => ({ partNumber, etag: '' }));
    const staged = async (text: string): Promise<string> => {
      const uploadId = await multipart.start({ key: 'raced' }, context);
      for (const { partNumber } of parts) {
        await multipart.uploadPart({ key: 'raced', uploadId, partNumber, data: Buffer.from(text) }, context);
      }
      return uploadId;
    };
    const [create, plain] = [await staged('create'), await staged('plain')];
    const id = Buffer.from('another-client-with-32-characters').subarray(0, 32).toString('base64');
    await blob.stageBlock(id, 'other', 5);
    await blob.commitBlockList([id]);
    const condition = { kind: 'create' } as const;
    expect(await multipart.complete({ key: 'raced', uploadId: create, parts, condition }, context)).toEqual({
      kind: 'refused',
    });
    expect((await blob.downloadToBuffer()).toString()).toBe('other');
    const answer = await multipart.complete({ key: 'raced', uploadId: plain, parts }, context);
    expect((await blob.downloadToBuffer()).toString()).toBe('plainplain');
    expect(answer).toEqual({ kind: 'stored', version: { etag: (await blob.getProperties()).etag } });
  });
});

async function idsOf(storage: Storage, prefix: string): Promise<string[]> {
  const listed: ListInfo[] = [];
  for await (const info of storage.listObjects(prefix)) listed.push(info);
  return listed.map(({ id }) => id);
}
