import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AzuriteServer, describeWithServer, startAzurite } from '../src/index.ts';

const containerOf = ({ accountUrl, account, accountKey }: AzuriteServer, name: string): ContainerClient =>
  new ContainerClient(`${accountUrl}/${name}`, new StorageSharedKeyCredential(account, accountKey));

describeWithServer(
  'azurite',
  'startAzurite',
  (server) => {
    it('gives a server that takes its key alone, and has the data after a restart', async () => {
      const name = await server.createContainer();
      const blob = containerOf(server, name).getBlockBlobClient('a');
      await blob.upload('kept', 4);
      const stranger = containerOf({ ...server, accountKey: 'bm8=' }, name).getBlockBlobClient('a');
      await expect(stranger.downloadToBuffer()).rejects.toThrow(expect.objectContaining({ statusCode: 403 }));
      await server.restart();
      expect(String(await blob.downloadToBuffer())).toBe('kept');
    });

    it('makes containers by name, and says why it could not', async () => {
      expect(await server.createContainer('one-container')).toBe('one-container');
      await expect(server.createContainer('one-container')).rejects.toThrow(
        /one-container was not made: 409 ContainerAlreadyExists$/,
      );
    });

    it('runs again after a kill', async () => {
      await server.kill();
      await expect(fetch(server.url)).rejects.toThrow('fetch failed');
      await server.restart();
      expect((await fetch(server.url)).status).toBe(400);
    });
  },
  { owned: true },
);

describe('startAzurite', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('takes the server and the account that the variables name', async () => {
    vi.stubEnv('ICECHUNK_TEST_AZURE_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('ICECHUNK_TEST_AZURE_ACCOUNT', 'mine');
    vi.stubEnv('ICECHUNK_TEST_AZURE_KEY', 'a2V5');
    const { accountUrl, accountKey, owned } = await startAzurite();
    expect([accountUrl, accountKey, owned]).toEqual(['http://127.0.0.1:9/mine', 'a2V5', false]);
  });

  it('refuses tokens without HTTPS', async () => {
    await expect(startAzurite({ oauth: true })).rejects.toThrow('oauth needs tls');
  });

  it('shows what it wrote where it does not start', async () => {
    const start = startAzurite({ tls: { cert: 'not a certificate', key: 'nor a key' } });
    await expect(start).rejects.toThrow(/Azurite ended \(.*\) before it answered. It wrote:\n.*\w/s);
  });
});
