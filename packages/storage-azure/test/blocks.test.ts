import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { blockId, newUploadId } from '../src/block-id.ts';
import { azureError, context, useScripted, written } from './scripted.ts';

const create = { kind: 'create' } as const;
const update = { kind: 'update', version: { etag: '"0x8D1"' } } as const;
const parts = [
  { partNumber: 1, etag: 'x' },
  { partNumber: 2, etag: 'y' },
];

/** The answer to a HEAD of a blob that is there. */
function there(etag: string): ScriptedAnswer {
  return { status: 200, headers: { etag, 'content-length': '3' } };
}

describe('BlockUploads', () => {
  const scripted = useScripted();

  it('stages blocks under ids of the upload, and commits them in order with condition and attributes', async () => {
    const { server, client } = scripted;
    server.next(written('"b"'), written('"c"'));
    const uploadId = await client.multipart.start({ key: 'a' }, context);
    const data = new Uint8Array([9, 1, 2]).subarray(1);
    await client.multipart.uploadPart({ key: 'a', uploadId, partNumber: 2, data }, context);
    const request = {
      key: 'a',
      uploadId,
      parts,
      condition: update,
      contentType: 'a/b',
      metadata: { one: '1' },
      storageClass: 'Cold',
    };
    expect(await client.multipart.complete(request, context)).toEqual({ kind: 'stored', version: { etag: '"c"' } });
    const [block, commit] = server.requests;
    expect(block?.path).toBe(`/container/a?comp=block&blockid=${encodeURIComponent(blockId(uploadId, 2))}`);
    expect(block?.body).toEqual(new Uint8Array([1, 2]));
    expect(commit?.path).toBe('/container/a?comp=blocklist');
    const list = new TextDecoder().decode(commit?.body);
    expect([...list.matchAll(/<Latest>(.*?)<\/Latest>/g)].map(([, id]) => id)).toEqual([
      blockId(uploadId, 1),
      blockId(uploadId, 2),
    ]);
    expect(commit?.headers).toMatchObject({
      'if-match': '"0x8D1"',
      'x-ms-blob-content-type': 'a/b',
      'x-ms-meta-one': '1',
      'x-ms-access-tier': 'Cold',
    });
  });

  it('sends nothing to begin and to give up, and refuses what the completion would be refused for', async () => {
    const { client, server } = scripted;
    const uploadId = await client.multipart.start({ key: 'a' }, context);
    await client.multipart.abort({ key: 'a', uploadId }, context);
    const start = client.multipart.start({ key: 'a', metadata: { 'a-b': '' } }, context);
    await expect(start).rejects.toMatchObject({ kind: 'invalid_options' });
    expect(server.requests).toEqual([]);
  });

  it.each([
    [create, 409, 'BlobAlreadyExists'],
    [update, 412, 'ConditionNotMet'],
  ])('is refused under %j by %i %s', async (condition, status, code) => {
    scripted.server.next(azureError(status, code));
    const request = { key: 'a', uploadId: newUploadId(), parts, condition };
    expect(await scripted.client.multipart.complete(request, context)).toEqual({ kind: 'refused' });
  });

  // Uncommitted blocks belong to the blob: Azure/azure-storage-node#344 (seen 2026-11).
  it.each([
    ['a create, with a blob there', create, there('"0x8D7"')],
    ['an update, with another state there', update, there('"0x8D7"')],
    ['an update, with no blob there', update, azureError(404, 'BlobNotFound')],
  ])('is refused where another write discarded its blocks: %s', async (_, condition, head) => {
    scripted.server.next(azureError(400, 'InvalidBlockList'), head);
    const request = { key: 'a', uploadId: newUploadId(), parts, condition };
    expect(await scripted.client.multipart.complete(request, context)).toEqual({ kind: 'refused' });
  });

  it.each([
    ['a create, with no blob there', create, [azureError(404, 'BlobNotFound')]],
    ['an update, with its own state there', update, [there('"0x8D1"')]],
    ['no condition', undefined, []],
  ])('stages its blocks again where another write discarded them: %s', async (_, condition, heads) => {
    const { server, client } = scripted;
    const { multipart } = client;
    const uploadId = await multipart.start({ key: 'a' }, context);
    server.next(written('"b"'), written('"b"'), azureError(400, 'InvalidBlockList'), ...heads);
    server.next(written('"b"'), written('"b"'), written('"c"'));
    for (const partNumber of [1, 2]) {
      await multipart.uploadPart({ key: 'a', uploadId, partNumber, data: new Uint8Array([partNumber]) }, context);
    }
    const request = { key: 'a', uploadId, parts, ...(condition && { condition }) };
    expect(await multipart.complete(request, context)).toEqual({ kind: 'stored', version: { etag: '"c"' } });
    const blocks = server.requests.filter(({ path }) => path.includes('comp=block&'));
    expect(
      blocks
        .map(({ path, body }) => `${body} of ${path}`)
        .slice(2)
        .sort(),
    ).toEqual(blocks.map(({ path, body }) => `${body} of ${path}`).slice(0, 2));
  });

  it('fails for good where its blocks are discarded time and again, or where it no longer has their bytes', async () => {
    const { server, client } = scripted;
    const { multipart } = client;
    server.respond(({ path }) => (path.includes('blocklist') ? azureError(400, 'InvalidBlockList') : written('"b"')));
    const uploadId = await multipart.start({ key: 'a' }, context);
    await multipart.uploadPart({ key: 'a', uploadId, partNumber: 1, data: new Uint8Array(1) }, context);
    const request = { key: 'a', uploadId, parts: parts.slice(0, 1) };
    const failure = { kind: 'unavailable', retry: 'no', providerCode: 'InvalidBlockList' };
    await expect(multipart.complete(request, context)).rejects.toMatchObject(failure);
    expect(server.requests.filter(({ path }) => path.includes('blocklist'))).toHaveLength(10);
    await multipart.abort({ key: 'a', uploadId }, context);
    await expect(multipart.complete(request, context)).rejects.toMatchObject(failure);
    expect(server.requests.filter(({ path }) => path.includes('blocklist'))).toHaveLength(11);
  });

  it('takes no conflict from a blob that could not be looked at', async () => {
    scripted.server.next(azureError(400, 'InvalidBlockList'), azureError(403, 'AuthorizationFailure'));
    const complete = scripted.client.multipart.complete(
      { key: 'a', uploadId: newUploadId(), parts, condition: create },
      context,
    );
    await expect(complete).rejects.toMatchObject({ kind: 'permission_denied' });
  });
});
