import { describe, expect, it } from 'vitest';
import { azureError, context, useScripted, written } from './scripted.ts';

const copied = { ...written('"0x8D2"', { 'x-ms-copy-status': 'success' }), status: 202 };
const request = { fromKey: 'from', toKey: 'to' };
const etag = '"0x8D1"';

// https://learn.microsoft.com/rest/api/storageservices/copy-blob-from-url (seen 2026-11)
describe('copyBlob', () => {
  const scripted = useScripted();

  it('copies in one request, with the source’s condition and the right to read it', async () => {
    const client = scripted.clientWith({
      copySource: async (name) => ({
        url: `https://source/${name}?sas`,
        authorization: 'Bearer token-of-32-characters-or-more',
      }),
    });
    scripted.server.next(copied);
    const answer = await client.copy({ ...request, ifVersion: { etag }, storageClass: 'cool' }, context);
    expect(answer).toEqual({ kind: 'stored', version: { etag: '"0x8D2"' } });
    expect(scripted.server.requests[0]).toMatchObject({
      method: 'PUT',
      path: '/container/to',
      headers: {
        'x-ms-copy-source': 'https://source/from?sas',
        'x-ms-copy-source-authorization': 'Bearer token-of-32-characters-or-more',
        'x-ms-source-if-match': etag,
        'x-ms-requires-sync': 'true',
        'x-ms-access-tier': 'Cool',
      },
    });
  });

  // Azure tells of its own read of the source under a code that says nothing of why: the status does.
  it.each([['SourceConditionNotMet'], ['ConditionNotMet'], ['CannotVerifyCopySource']])(
    'is refused by 412 %s',
    async (code) => {
      scripted.server.next(azureError(412, code));
      expect(await scripted.client.copy({ ...request, ifVersion: { etag } }, context)).toEqual({ kind: 'refused' });
    },
  );

  it.each([
    [412, 'LeaseIdMissing', 'permission_denied'],
    [404, 'BlobNotFound', 'not_found'],
    [404, 'CannotVerifyCopySource', 'not_found'],
    [403, 'CannotVerifyCopySource', 'permission_denied'],
    [401, 'CannotVerifyCopySource', 'unauthenticated'],
    [500, 'CannotVerifyCopySource', 'unavailable'],
    [404, 'ContainerNotFound', 'invalid_options'],
    [409, 'PendingCopyOperation', 'unavailable'],
  ])('fails by %i %s as %s', async (status, code, kind) => {
    scripted.server.next(azureError(status, code));
    const copy = scripted.client.copy({ ...request, ifVersion: { etag } }, context);
    await expect(copy).rejects.toMatchObject({ kind, providerCode: code });
  });

  it('refuses a storage class and a version that cannot be, and sends nothing', async () => {
    const { client, server } = scripted;
    await expect(client.copy({ ...request, storageClass: 'x' }, context)).rejects.toMatchObject({
      kind: 'invalid_options',
    });
    expect(await client.copy({ ...request, ifVersion: { etag: '"*"' } }, context)).toEqual({ kind: 'refused' });
    expect(server.requests).toEqual([]);
  });

  it('takes no copy for done that is not', async () => {
    scripted.server.next({ ...written('"0x8D2"', { 'x-ms-copy-status': 'pending' }), status: 202 });
    await expect(scripted.client.copy(request, context)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('copies exactly the state whose content type it saw to be the one that is asked for', async () => {
    const { client, server } = scripted;
    server.next({ status: 200, headers: { etag, 'content-length': '3', 'content-type': 'a/b' } }, copied);
    expect(await client.copy({ ...request, contentType: 'a/b' }, context)).toMatchObject({ kind: 'stored' });
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'PUT']);
    expect(server.requests[1]?.headers).toMatchObject({ 'x-ms-source-if-match': etag });
  });

  it.each([['SourceConditionNotMet'], ['CannotVerifyCopySource']])(
    'tries again where the state whose content type it saw was replaced before the copy (%s)',
    async (code) => {
      const { client, server } = scripted;
      server.next(
        { status: 200, headers: { etag, 'content-length': '3', 'content-type': 'a/b' } },
        azureError(412, code),
      );
      await expect(client.copy({ ...request, contentType: 'a/b' }, context)).rejects.toMatchObject({
        kind: 'changed_while_reading',
        retry: 'again',
      });
    },
  );
});
