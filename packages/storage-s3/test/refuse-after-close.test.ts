import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { Storage } from '@icechunk/storage-core';
import { expect, it } from 'vitest';
import { refuseAfterClose } from '../src/refuse-after-close.ts';
import { s3Target } from '../src/s3.ts';
import { keys, recording } from './recording.ts';

const bytes = new Uint8Array(3);

it.each<[what: string, ask: (storage: Storage) => Promise<unknown>]>([
  ['a put', (storage) => storage.putObject('o', bytes)],
  ['a read', (storage) => storage.getObject('o')],
  ['a delete', (storage) => storage.deleteObjects('', [{ id: 'o', sizeBytes: 3 }])],
  ['a listing', (storage) => storage.listObjects('')[Symbol.asyncIterator]().next()],
])('%s that waits for credentials while its storage is closed is not sent', async (_, ask) => {
  await using server = await recording();
  let storage: Storage | undefined;
  const getCredentials = async () => {
    await storage?.close();
    return keys;
  };
  storage = server.storage({ getCredentials });
  const outcome = await ask(storage).catch((err: unknown) => err);
  expect(JSON.stringify(outcome)).toContain('the storage was closed');
  expect(server.requests).toEqual([]);
});

it('lets what was begun be freed', async () => {
  await using server = await recording({ answer: () => ({ status: 204 }) });
  const { sdk } = s3Target({ bucket: 'b', endpointUrl: server.url, allowHttp: true, ...keys });
  refuseAfterClose(sdk);
  await sdk.send(new AbortMultipartUploadCommand({ Bucket: 'b', Key: 'k', UploadId: 'u' }));
  expect(server.requests).toHaveLength(1);
  sdk.destroy();
});
