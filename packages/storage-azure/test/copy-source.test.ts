import {
  AnonymousCredential,
  BlobServiceClient,
  ContainerClient,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { describe, expect, it, vi } from 'vitest';
import { Authoriser } from '../src/authoriser.ts';
import { copySourceOf, copySourceOfClient } from '../src/copy-source.ts';
import { type Credentials, fixedSource, STORAGE_SCOPE } from '../src/credentials.ts';
import { readSas } from '../src/shared-key.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const BLOB = 'https://weather.blob.core.windows.net/grids/a%20b/c%252Fd';
const context = { signal: new AbortController().signal };
const container = new BlobServiceClient('https://weather.blob.core.windows.net').getContainerClient('grids');

function sourceWith(credentials: Credentials): ReturnType<typeof copySourceOf> {
  return copySourceOf(new Authoriser('weather', fixedSource(credentials, 'it')), container, 'grids');
}

describe('copySourceOf', () => {
  it('signs for the source with a key', async () => {
    const source = await sourceWith({ accountKey: KEY })('a b/c%2Fd', context);
    const [address, query] = source.url.split('?');
    expect(address).toBe(BLOB);
    expect(new URLSearchParams(query).get('sp')).toBe('r');
    expect(source).not.toHaveProperty('authorization');
  });

  it('passes a signature along', async () => {
    expect(await sourceWith({ sasToken: '?sp=rc&sig=x+y' })('a b/c%2Fd', context)).toEqual({
      url: `${BLOB}?sp=rc&sig=x%2By`,
    });
  });

  it('passes a token along, beside the address', async () => {
    expect(await sourceWith({ bearerToken: 'abc' })('a b/c%2Fd', context)).toEqual({
      url: BLOB,
      authorization: 'Bearer abc',
    });
  });

  it('needs nothing where anybody may read', async () => {
    expect(await sourceWith({ anonymous: true })('a b/c%2Fd', context)).toEqual({ url: BLOB });
  });
});

describe('copySourceOfClient', () => {
  it("signs with a caller's key", async () => {
    const client = new ContainerClient(container.url, new StorageSharedKeyCredential('weather', KEY));
    const { url } = await copySourceOfClient(client)('a b/c%2Fd', context);
    const signed = (await sourceWith({ accountKey: KEY })('a b/c%2Fd', context)).url;
    expect(new URL(url).searchParams.get('sp')).toBe('r');
    expect(url.split('?')[0]).toBe(signed.split('?')[0]);
  });

  it("signs for the container at the end of a client's address, which the SDK takes for another", async () => {
    const key = new StorageSharedKeyCredential('weather', KEY);
    const client = new ContainerClient('https://proxy.example.org/azure/grids', key);
    expect(client.containerName).toBe('azure');
    vi.useFakeTimers({ toFake: ['Date'] });
    const { url } = await copySourceOfClient(client)('a', context);
    const expected = readSas(key, 'grids', 'a');
    vi.useRealTimers();
    expect(url).toBe(`https://proxy.example.org/azure/grids/a?${expected}`);
  });

  it("asks a caller's credential", async () => {
    const asked: unknown[] = [];
    const credential = {
      getToken: async (scopes: unknown, options: { readonly abortSignal?: unknown } = {}) => {
        asked.push([scopes, options.abortSignal]);
        return { token: 'abc', expiresOnTimestamp: 0 };
      },
    };
    const client = new ContainerClient(container.url, credential);
    expect(await copySourceOfClient(client)('a b/c%2Fd', context)).toEqual({ url: BLOB, authorization: 'Bearer abc' });
    expect(asked).toEqual([[STORAGE_SCOPE, context.signal]]);
  });

  it("takes the address as it is, with a signature that is in the client's", async () => {
    const client = new ContainerClient(`${container.url}?sp=r&sig=x%2By`, new AnonymousCredential());
    expect(await copySourceOfClient(client)('a b/c%2Fd', context)).toEqual({ url: `${BLOB}?sp=r&sig=x%2By` });
  });
});
