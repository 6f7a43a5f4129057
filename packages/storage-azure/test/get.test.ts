import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { azureError, bytesOf, context, useScripted, ways } from './scripted.ts';

const etag = '"0x8D1"';
const folder = { 'x-ms-meta-hdi_isfolder': 'true' };

function content(body: Uint8Array, headers: Readonly<Record<string, string>> = {}, status = 200): ScriptedAnswer {
  return { status, headers: { etag, 'content-type': 'application/octet-stream', ...headers }, body };
}

describe.each(ways)('readBlob %s', (way) => {
  const scripted = useScripted(way);

  it('asks for bytes with x-ms-range, and says what the answer says', async () => {
    const { server, client } = scripted;
    const headers = {
      'content-range': 'bytes 2-4/9',
      'last-modified': 'Mon, 23 Nov 2026 01:02:03 GMT',
      'x-ms-meta-IcSpecVer': '2',
    };
    server.next(content(new Uint8Array([2, 3, 4]), headers, 206));
    const answer = await client.get({ key: 'a/b', range: { start: 2, end: 5 } }, context);
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/container/a/b',
      headers: { 'x-ms-range': 'bytes=2-4' },
    });
    expect(answer).toMatchObject({
      kind: 'found',
      version: { etag },
      range: { start: 2, end: 5 },
      sizeBytes: 9,
      contentType: 'application/octet-stream',
      lastModified: new Date('2026-11-23T01:02:03Z'),
      metadata: { icspecver: '2' },
    });
    expect(answer.kind === 'found' && (await bytesOf(answer.body))).toEqual([2, 3, 4]);
  });

  it('says what a whole body holds where the range was ignored', async () => {
    scripted.server.next(content(new Uint8Array(9)));
    const answer = await scripted.client.get({ key: 'a', range: { start: 2, end: 5 } }, context);
    expect(answer).toMatchObject({ range: { start: 0, end: 9 }, sizeBytes: 9 });
  });

  it('takes part of a body for none of an object where the answer does not say which part', async () => {
    scripted.server.next(content(new Uint8Array(3), {}, 206));
    const answer = scripted.client.get({ key: 'a', range: { start: 2, end: 5 } }, context);
    await expect(answer).rejects.toMatchObject({ kind: 'bad_response' });
  });

  // 304 and 412: https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations (seen 2026-11)
  it('sends the version that is known, and takes 304 for not modified', async () => {
    scripted.server.next({ status: 304 });
    expect(await scripted.client.get({ key: 'a', ifNotVersion: { etag } }, context)).toEqual({ kind: 'not_modified' });
    expect(scripted.server.requests[0]?.headers).toMatchObject({ 'if-none-match': etag });
  });

  it('sends the version that is asked for, and takes 412 for changed', async () => {
    scripted.server.next(azureError(412, 'ConditionNotMet'));
    expect(await scripted.client.get({ key: 'a', ifVersion: { etag } }, context)).toEqual({ kind: 'changed' });
    expect(scripted.server.requests[0]?.headers).toMatchObject({ 'if-match': etag });
  });

  it('sends no version that Azure would take for several: it matches none', async () => {
    const { server, client } = scripted;
    expect(await client.get({ key: 'a', ifVersion: { etag: '"*"' } }, context)).toEqual({ kind: 'changed' });
    expect(server.requests).toEqual([]);
    server.next(content(new Uint8Array(1)));
    expect(await client.get({ key: 'a', ifNotVersion: { etag: '"*"' } }, context)).toMatchObject({ kind: 'found' });
    expect(server.requests[0]?.headers['if-none-match']).toBeUndefined();
  });

  it('takes 304 and 412 for an error where nothing was asked that they could answer', async () => {
    scripted.server.next({ status: 304 }, azureError(412, 'ConditionNotMet'));
    await expect(scripted.client.get({ key: 'a' }, context)).rejects.toMatchObject({
      kind: 'bad_response',
      status: 304,
    });
    await expect(scripted.client.get({ key: 'a' }, context)).rejects.toMatchObject({
      kind: 'bad_response',
      status: 412,
    });
  });

  it('finds no object where a folder is, and lets its connection go', async () => {
    const { server, client } = scripted;
    server.next(content(new Uint8Array(50_000_000), folder), { status: 200, headers: { etag, ...folder } });
    await expect(client.get({ key: 'a' }, context)).rejects.toMatchObject({ kind: 'not_found' });
    await server.connections[0]?.closed;
    await expect(client.head('a', context)).rejects.toMatchObject({ kind: 'not_found' });
  });

  it.each([
    ['bytes 0--1/0', new Uint8Array(0), 'invalid_range'],
    ['bytes 0-2/*', new Uint8Array(3), 'bad_response'],
    ['nonsense', new Uint8Array(3), 'bad_response'],
  ])('takes Content-Range: %s for %s', async (contentRange, body, kind) => {
    scripted.server.next(content(body, { 'content-range': contentRange }, 206));
    const asked = scripted.client.get({ key: 'a', range: { start: 0, end: 3 } }, context);
    await expect(asked).rejects.toMatchObject({ kind });
  });

  it('gives up the body of an answer that has no etag', async () => {
    const { server, client } = scripted;
    server.next({ status: 200, headers: { 'content-length': '50000000' }, body: new Uint8Array(50_000_000) });
    await expect(client.get({ key: 'a' }, context)).rejects.toMatchObject({ kind: 'bad_response', retry: 'again' });
    await server.connections[0]?.closed;
  });

  // Azure/azure-sdk-for-js#32268 (seen 2026-11).
  it('takes a reset in the middle of a body for a reset, and does not try again by itself', async () => {
    const { server, client } = scripted;
    server.next({ ...content(new Uint8Array(100_000)), cutAfterBytes: 1_000 });
    const answer = await client.get({ key: 'a' }, context);
    const read = answer.kind === 'found' ? bytesOf(answer.body) : [];
    await expect(read).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
    expect(server.requests).toHaveLength(1);
  });

  it('gives up the connection of a body that is cancelled unread, and of one whose signal fires', async () => {
    const { server, client } = scripted;
    const large = content(new Uint8Array(50_000_000));
    const own = new AbortController();
    server.next(large, large);
    const answer = await client.get({ key: 'a' }, context);
    if (answer.kind === 'found') await answer.body.cancel();
    await server.connections[0]?.closed;
    await client.get({ key: 'a' }, own);
    own.abort();
    await server.connections[1]?.closed;
    expect(server.connections.map(({ open }) => open)).toEqual([false, false]);
  });

  it('ends no process where a body fails before anybody reads it', async () => {
    const { server, client } = scripted;
    server.next({ ...content(new Uint8Array(100_000)), cutAfterBytes: 10 });
    const answer = await client.get({ key: 'a' }, context);
    await server.connections[0]?.closed;
    await new Promise((resolve) => setImmediate(resolve));
    const read = answer.kind === 'found' ? bytesOf(answer.body) : [];
    await expect(read).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('uses one connection for reads that follow each other, once every byte of a body was read', async () => {
    const { server, client } = scripted;
    server.respond(() => content(new Uint8Array([1, 2, 3])));
    for (let reads = 0; reads < 5; reads++) {
      const answer = await client.get({ key: 'a' }, context);
      expect(answer.kind === 'found' && (await bytesOf(answer.body))).toEqual([1, 2, 3]);
    }
    expect(server.connections.filter(({ open }) => open)).toHaveLength(1);
    expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
  });
});

describe.each(ways)('headBlob %s', (way) => {
  const scripted = useScripted(way);

  it('says what a get would say', async () => {
    const headers = { etag, 'content-length': '9', 'content-type': 'a/b', 'x-ms-meta-One': '1' };
    scripted.server.next({ status: 200, headers });
    const head = await scripted.client.head('a', context);
    expect(head).toEqual({ version: { etag }, sizeBytes: 9, contentType: 'a/b', metadata: { one: '1' } });
    expect(scripted.server.requests[0]?.method).toBe('HEAD');
  });

  it.each([
    ['no length', {}],
    ['a body without a length', { 'transfer-encoding': 'chunked' }],
  ])('makes up none where an answer has %s', async (_, headers) => {
    scripted.server.next({ status: 200, headers: { etag, ...headers } });
    await expect(scripted.client.head('a', context)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('goes by the header where there is no body: only the container’s absence names it', async () => {
    const { server, client } = scripted;
    server.next(azureError(404, 'BlobNotFound'), azureError(404, 'ContainerNotFound'), { status: 404 });
    await expect(client.head('a', context)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(client.head('a', context)).rejects.toMatchObject({ kind: 'invalid_options' });
    await expect(client.head('a', context)).rejects.toMatchObject({ kind: 'not_found' });
  });
});
