import { describe, expect, it } from 'vitest';
import { blocksOf } from '../src/copy-blocks.ts';
import { azureError, context, useScripted, written } from './scripted.ts';

const MEBIBYTE = 1024 * 1024;
const request = { fromKey: 'from', toKey: 'to' };
// https://github.com/Azure/azure-sdk-for-go/issues/19880 (seen 2026-11)
const tooLarge = azureError(409, 'CannotVerifyCopySource');

function source(sizeBytes: number, etag = '"0x8D1"'): { status: number; headers: Record<string, string> } {
  const headers = {
    'content-length': `${sizeBytes}`,
    'content-type': 'a/b',
    'cache-control': 'no-store',
    'x-ms-meta-one': '1',
  };
  return { status: 200, headers: { etag, ...headers } };
}

describe('copyInBlocks', () => {
  const scripted = useScripted();

  it('copies what is too large for one request in blocks that cover it, with its properties', async () => {
    const { server, client } = scripted;
    server.next(tooLarge);
    server.respond(({ method, path }) => {
      if (method === 'HEAD') return source(250 * MEBIBYTE);
      return path.includes('blocklist') ? written('"0x8D2"') : written('"block"');
    });
    expect(await client.copy({ ...request, storageClass: 'Cold' }, context)).toEqual({
      kind: 'stored',
      version: { etag: '"0x8D2"' },
    });
    const ranges = server.requests.flatMap(({ headers }) => headers['x-ms-source-range'] ?? []);
    expect(ranges.sort()).toEqual(['bytes=0-104857599', 'bytes=104857600-209715199', 'bytes=209715200-262143999']);
    expect(server.requests.at(-1)).toMatchObject({
      path: '/container/to?comp=blocklist',
      headers: {
        'x-ms-blob-content-type': 'a/b',
        'x-ms-blob-cache-control': 'no-store',
        'x-ms-meta-one': '1',
        'x-ms-access-tier': 'Cold',
      },
    });
  });

  it('gives the target another content type, and keeps the metadata', async () => {
    const { server, client } = scripted;
    server.next(source(3), source(3), written('"block"'), source(3), written('"0x8D2"'));
    expect(await client.copy({ ...request, contentType: 'c/d' }, context)).toMatchObject({ kind: 'stored' });
    expect(server.requests.at(-1)?.headers).toMatchObject({ 'x-ms-blob-content-type': 'c/d', 'x-ms-meta-one': '1' });
  });

  it('takes a source whose length is not told for no empty one', async () => {
    const { server, client } = scripted;
    server.next(tooLarge, { status: 200, headers: { etag: '"0x8D1"' } });
    await expect(client.copy(request, context)).rejects.toMatchObject({ kind: 'bad_response' });
    expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'HEAD']);
  });

  it('copies an empty source without a block', async () => {
    const { server, client } = scripted;
    server.next(tooLarge, source(0), source(0), written('"0x8D2"'));
    expect(await client.copy(request, context)).toMatchObject({ kind: 'stored' });
    expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'HEAD', 'HEAD', 'PUT']);
  });

  it('finds no object where a folder is', async () => {
    const { server, client } = scripted;
    const folder = {
      status: 200,
      headers: { etag: '"0x8D1"', 'content-length': '0', 'x-ms-meta-hdi_isfolder': 'true' },
    };
    server.next(tooLarge, folder);
    server.respond(({ method }) => (method === 'HEAD' ? folder : written('"0x8D2"')));
    await expect(client.copy(request, context)).rejects.toMatchObject({ kind: 'not_found' });
    expect(server.requests.map(({ method }) => method)).toEqual(['PUT', 'HEAD']);
  });

  it('commits nothing where the source was replaced on the way', async () => {
    const { server, client } = scripted;
    server.next(tooLarge, source(3), written('"block"'), source(3, '"0x8D9"'));
    await expect(client.copy(request, context)).rejects.toMatchObject({
      kind: 'changed_while_reading',
      retry: 'again',
    });
    expect(server.requests.some(({ path }) => path.includes('blocklist'))).toBe(false);
  });

  it('asks for no more blocks once one has failed', async () => {
    const { server, client } = scripted;
    server.next(tooLarge);
    const isBlock = ({ path }: { readonly path: string }): boolean => path.includes('comp=block&');
    server.respond((request) => {
      if (request.method === 'HEAD') return source(4_000 * MEBIBYTE);
      return server.requests.filter(isBlock).length === 1 ? azureError(500, 'InternalError') : written('"block"');
    });
    await expect(client.copy(request, context)).rejects.toMatchObject({ kind: 'unavailable' });
    const blocks = server.requests.filter(isBlock).length;
    for (let round = 0; round < 20; round++) await client.head('from', context);
    expect(server.requests.filter(isBlock)).toHaveLength(blocks);
  });

  it('tries again where the source became shorter on the way', async () => {
    const { server, client } = scripted;
    server.next(tooLarge, source(3), azureError(416, 'InvalidRange'));
    await expect(client.copy(request, context)).rejects.toMatchObject({
      kind: 'changed_while_reading',
      retry: 'again',
    });
  });

  it('tries again where another write of the target discarded its blocks', async () => {
    const { server, client } = scripted;
    server.next(tooLarge, source(3), written('"block"'), source(3), azureError(400, 'InvalidBlockList'));
    await expect(client.copy(request, context)).rejects.toMatchObject({
      kind: 'unavailable',
      retry: 'again',
      providerCode: 'InvalidBlockList',
    });
  });

  it.each([
    ['before the first block', [azureError(412, 'ConditionNotMet')]],
    ['after the last', [source(3), written('"block"'), azureError(412, 'ConditionNotMet')]],
  ])('is refused where the source has another version %s', async (_, answers) => {
    const { server, client } = scripted;
    server.next(tooLarge, ...answers);
    expect(await client.copy({ ...request, ifVersion: { etag: '"0x8D1"' } }, context)).toEqual({ kind: 'refused' });
    expect(server.requests.some(({ path }) => path.includes('blocklist'))).toBe(false);
  });
});

describe('blocksOf', () => {
  it('covers every byte once, in no more blocks than Azure takes', () => {
    for (const sizeBytes of [0, 1, 100 * MEBIBYTE, 100 * MEBIBYTE + 1, 6_000_000 * MEBIBYTE]) {
      const blocks = blocksOf(sizeBytes);
      expect(blocks.length).toBeLessThanOrEqual(50_000);
      expect(blocks[0]?.start ?? 0).toBe(0);
      expect(blocks.at(-1)?.end ?? 0).toBe(sizeBytes);
      expect(blocks.every(({ start, end }, index) => end > start && start === (blocks[index - 1]?.end ?? 0))).toBe(
        true,
      );
      expect(blocks.every(({ start, end }) => end - start <= 4_000 * MEBIBYTE)).toBe(true);
    }
  });
});
