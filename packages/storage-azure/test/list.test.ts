import type { ListPage, ListPageRequest } from '@icechunk/storage-core';
import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { azureError, context, useScripted } from './scripted.ts';

interface Listed {
  readonly name: string;
  readonly sizeBytes: number;
  readonly metadata?: string;
}

// https://learn.microsoft.com/rest/api/storageservices/list-blobs (seen 2026-11)
function page(blobs: readonly Listed[], marker = ''): ScriptedAnswer {
  const items = blobs.map(
    ({ name, sizeBytes, metadata = '' }) =>
      `<Blob><Name>${name}</Name><Properties><Last-Modified>Mon, 23 Nov 2026 01:02:03 GMT</Last-Modified><Etag>0x8D1</Etag>` +
      `<Content-Length>${sizeBytes}</Content-Length><BlobType>BlockBlob</BlobType></Properties><Metadata>${metadata}</Metadata></Blob>`,
  );
  return {
    headers: { 'content-type': 'application/xml' },
    body:
      '<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://h/" ContainerName="container">' +
      `<Blobs>${items.join('')}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`,
  };
}

describe('listPage', () => {
  const scripted = useScripted();

  async function listed(request: ListPageRequest): Promise<ListPage> {
    const { listing } = scripted.client;
    if (listing.kind !== 'pages') throw new Error('expected pages');
    return await listing.page(request, context);
  }

  const queryOf = (index: number): URLSearchParams =>
    new URL(scripted.server.requests[index]?.path ?? '', 'http://host').searchParams;

  it('gives what a page says, and the token of the next', async () => {
    scripted.server.next(page([{ name: 'p/a%7E', sizeBytes: 5 }], 'more'), page([]));
    const first = await listed({ keyPrefix: 'p/' });
    expect(first).toEqual({
      objects: [{ key: 'p/a%7E', sizeBytes: 5, createdAt: new Date('2026-11-23T01:02:03Z') }],
      nextPageToken: 'more',
    });
    expect(await listed({ keyPrefix: 'p/', pageToken: 'more', maxKeys: 9 })).toEqual({ objects: [] });
    expect(Object.fromEntries(queryOf(0))).toEqual({ comp: 'list', restype: 'container', prefix: 'p/' });
    expect(Object.fromEntries(queryOf(1))).toMatchObject({ marker: 'more', maxresults: '9' });
  });

  it.each([['Last-Modified'], ['Content-Length']])('takes no page in which an object has no %s', async (field) => {
    const { body, ...answer } = page([{ name: 'p/a', sizeBytes: 5 }]);
    scripted.server.next({ ...answer, body: `${body}`.replace(new RegExp(`<${field}>.*</${field}>`), '') });
    await expect(listed({ keyPrefix: 'p/' })).rejects.toMatchObject({ kind: 'bad_response', retry: 'again' });
  });

  it('asks for no more than Azure gives', async () => {
    scripted.server.next(page([]));
    await listed({ keyPrefix: '', maxKeys: 9_000 });
    expect(queryOf(0).get('maxresults')).toBe('5000');
  });

  it('leaves out what stands for a folder, which only metadata tells', async () => {
    const blobs = [
      { name: 'chunks', sizeBytes: 0 },
      { name: 'chunks/a', sizeBytes: 3 },
      { name: 'empty', sizeBytes: 0 },
    ];
    const withMetadata = blobs.map((blob) =>
      blob.name === 'chunks' ? { ...blob, metadata: '<hdi_isfolder>true</hdi_isfolder>' } : blob,
    );
    scripted.server.next(page(blobs, 'old'), page(withMetadata, 'new'));
    const { objects, nextPageToken } = await listed({ keyPrefix: '' });
    expect(objects.map(({ key }) => key)).toEqual(['chunks/a', 'empty']);
    expect(nextPageToken).toBe('new');
    expect(queryOf(1).get('include')).toBe('metadata');
  });

  it('asks once for a page without an empty blob', async () => {
    scripted.server.next(page([{ name: 'a', sizeBytes: 1 }]));
    await listed({ keyPrefix: '' });
    expect(scripted.server.requests).toHaveLength(1);
  });

  it('never takes for an empty page what is none', async () => {
    const { server } = scripted;
    server.next({ headers: { 'content-type': 'text/html' }, body: '<html><p>Sign in to the network' });
    await expect(listed({ keyPrefix: '' })).rejects.toMatchObject({ kind: 'bad_response', retry: 'again' });
    server.next({ ...page([{ name: 'a', sizeBytes: 1 }]), cutAfterBytes: 120 });
    await expect(listed({ keyPrefix: '' })).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
    server.next(azureError(404, 'ContainerNotFound'));
    await expect(listed({ keyPrefix: '' })).rejects.toMatchObject({ kind: 'invalid_options' });
  });
});
