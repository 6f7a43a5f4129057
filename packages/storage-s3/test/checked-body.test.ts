import { S3Client } from '@aws-sdk/client-s3';
import type { ClientBody, Storage } from '@icechunk/storage-core';
import { expect, it } from 'vitest';
import { checkedBody } from '../src/checked-body.ts';
import { s3Storage } from '../src/index.ts';
import { keys, recording } from './recording.ts';

// CRC-32 of 4 MiB of zeros, as `gzip` writes it at its end, in base64.
const right = 'EUdAag==';
const zeros = new Uint8Array(4 * 1024 ** 2);

/** A storage on a client with the SDK's defaults, which compare checksums; the server names `checksum`. */
async function named(checksum: string): Promise<{ readonly storage: Storage } & AsyncDisposable> {
  const headers = { etag: '"e"', 'x-amz-checksum-crc32': checksum };
  const server = await recording({ answer: () => ({ headers, body: zeros }) });
  const client = new S3Client({ endpoint: server.url, region: 'r', forcePathStyle: true, credentials: { ...keys } });
  const dispose = async (): Promise<void> => {
    client.destroy();
    await server.close();
  };
  return { storage: s3Storage({ bucket: 'bucket', prefix: 'p', client }), [Symbol.asyncDispose]: dispose };
}

it("gives no bytes that a caller's client finds to be others than were stored", async () => {
  await using wrong = await named('AAAAAA==');
  const bytes = wrong.storage.getObject('o').then((object) => object.bytes());
  await expect(bytes).rejects.toMatchObject({ kind: 'bad_response', retry: 'no' });
});

it('gives those that are the right ones', async () => {
  await using same = await named(right);
  const bytes = await (await same.storage.getObject('o')).bytes();
  expect(Buffer.compare(bytes, zeros)).toBe(0);
});

it('keeps back the last bytes until the end has come, and passes any failure but that of a checksum', async () => {
  const broken = new Error('broken');
  let cancelled = 0;
  const body: ClientBody = {
    async *[Symbol.asyncIterator]() {
      yield new Uint8Array([1]);
      yield new Uint8Array([2]);
      throw broken;
    },
    cancel: () => void cancelled++,
  };
  const checked = checkedBody(body);
  const chunks = checked[Symbol.asyncIterator]();
  expect(await chunks.next()).toEqual({ done: false, value: new Uint8Array([1]) });
  await expect(chunks.next()).rejects.toBe(broken);
  await checked.cancel();
  expect(cancelled).toBe(1);
});
