import { cloudDefaults, createStorage } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { azureError, context, useScripted } from './scripted.ts';
import { anonymousContainer, targetOf } from './target.ts';

describe('AzureStorageClient', () => {
  const scripted = useScripted();

  it('refuses a repository at a container’s root, however the root is spelled', () => {
    const { clientWith } = scripted;
    expect(['', '/', '//'].map((prefix) => clientWith({ prefix }).repositoryCreation)).toEqual(
      Array.from({ length: 3 }, () => 'refused_empty_prefix'),
    );
    expect(clientWith({ prefix: 'a' }).repositoryCreation).toBe('allowed');
  });

  it('leaves retries to a caller’s client, and does not close it', async () => {
    const closed: string[] = [];
    const { clientWith } = scripted;
    const own = clientWith({ close: () => void closed.push('own') });
    const callers = clientWith({ isCallersClient: true, close: () => void closed.push('callers') });
    expect([own.retriesInside, callers.retriesInside]).toEqual([false, true]);
    await own.close();
    await callers.close();
    expect(closed).toEqual(['own']);
  });

  it('renews credentials where there are others to be had', async () => {
    const { server } = scripted;
    let renewals = 0;
    const target = targetOf(anonymousContainer(server.url), { prefix: 'p', refresh: async () => void renewals++ });
    const storage = createStorage(new AzureStorageClient(target), { defaults: cloudDefaults });
    const headers = { etag: '"0x8D1"', 'content-length': '3', 'last-modified': 'Mon, 23 Nov 2026 01:02:03 GMT' };
    server.next(azureError(403, 'AuthenticationFailed'), { status: 200, headers });
    expect(await storage.getObjectLastModified('a')).toEqual(new Date('2026-11-23T01:02:03Z'));
    expect(renewals).toBe(1);
    expect('refreshCredentials' in new AzureStorageClient(targetOf(anonymousContainer(server.url)))).toBe(false);
  });

  it('sends each key as the one path that it is', async () => {
    const { server, client } = scripted;
    server.respond(() => azureError(404, 'BlobNotFound'));
    for (const path of ['a?b', 'a#b', 'a%2Fb', 'a\\b', 'a b', "it's", '.', 'é']) {
      await expect(client.head(client.keys.toKey(path), context)).rejects.toMatchObject({ kind: 'not_found' });
    }
    const sent = server.requests.map(({ path }) => decodeURIComponent(path.slice('/container/'.length)));
    expect(sent).toEqual(['a%3Fb', 'a%23b', 'a%252Fb', 'a%5Cb', 'a b', "it's", '%2E', '%C3%A9']);
  });
});
