import { describe, expect, it } from 'vitest';
import { azureError, context, useScripted, ways, written } from './scripted.ts';

const data = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4);
const create = { kind: 'create' } as const;
const update = { kind: 'update', version: { etag: '"0x8D1"' } } as const;

describe.each(ways)('putBlob %s', (way) => {
  const scripted = useScripted(way);

  it('writes the bytes of a view with what stands beside them', async () => {
    const { server, client } = scripted;
    server.next(written('"0x8D2"'));
    const attributes = { contentType: 'a/b', metadata: { icspecver: '2' }, storageClass: 'Cool' };
    const answer = await client.put({ key: 'a b/c', data, condition: update, ...attributes }, context);
    expect(answer).toEqual({ kind: 'stored', version: { etag: '"0x8D2"' } });
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      path: '/container/a%20b/c',
      body: new Uint8Array([1, 2, 3]),
      headers: {
        'if-match': '"0x8D1"',
        'x-ms-blob-type': 'BlockBlob',
        'x-ms-blob-content-type': 'a/b',
        'x-ms-meta-icspecver': '2',
        'x-ms-access-tier': 'Cool',
      },
    });
  });

  it('asks for nothing where there is no condition, and for no blob where it creates', async () => {
    const { server, client } = scripted;
    server.next(written('"1"'), written('"2"'));
    await client.put({ key: 'a', data }, context);
    await client.put({ key: 'a', data, condition: create }, context);
    expect(server.requests.map(({ headers }) => [headers['if-match'], headers['if-none-match']])).toEqual([
      [undefined, undefined],
      [undefined, '*'],
    ]);
  });

  // https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes (seen 2026-11)
  it.each([
    [create, 409, 'BlobAlreadyExists'],
    [create, 412, 'ConditionNotMet'],
    [update, 412, 'ConditionNotMet'],
    [update, 404, 'BlobNotFound'],
  ])('is refused under %j by %i %s', async (condition, status, code) => {
    scripted.server.next(azureError(status, code));
    expect(await scripted.client.put({ key: 'a', data, condition }, context)).toEqual({ kind: 'refused' });
  });

  it.each([
    [create, 412, 'LeaseIdMissing', 'permission_denied'],
    [update, 412, 'LeaseIdMissing', 'permission_denied'],
    [create, 409, 'BlobImmutableDueToPolicy', 'permission_denied'],
    [create, 409, 'SnapshotsPresent', 'unknown'],
    [update, 409, 'PendingCopyOperation', 'unavailable'],
    [update, 404, 'ContainerNotFound', 'invalid_options'],
    [undefined, 412, 'ConditionNotMet', 'bad_response'],
  ] as const)('fails under %j by %j %s as %s', async (condition, status, code, kind) => {
    scripted.server.next(azureError(status, code));
    const put = scripted.client.put({ key: 'a', data, ...(condition && { condition }) }, context);
    await expect(put).rejects.toMatchObject({ kind, providerCode: code });
  });

  it('sends nothing for what Azure would refuse, or would take for any version', async () => {
    const { server, client } = scripted;
    await expect(client.put({ key: 'a', data, metadata: { 'a-b': '' } }, context)).rejects.toMatchObject({
      kind: 'invalid_options',
    });
    await expect(client.put({ key: 'a', data, storageClass: 'GLACIER' }, context)).rejects.toMatchObject({
      kind: 'invalid_options',
    });
    const condition = { kind: 'update', version: { etag: '"*"' } } as const;
    expect(await client.put({ key: 'a', data, condition }, context)).toEqual({ kind: 'refused' });
    expect(server.requests).toEqual([]);
  });

  it('gives no version that was not answered', async () => {
    scripted.server.next({ status: 201 });
    await expect(scripted.client.put({ key: 'a', data }, context)).rejects.toMatchObject({ kind: 'bad_response' });
  });

  it('takes a refusal that comes before its body was sent', async () => {
    scripted.server.next({ ...azureError(412, 'ConditionNotMet'), beforeBody: true });
    const large = new Uint8Array(8_000_000);
    // The refusal may be lost with the connection, which is another attempt's business; it is never an uncaught error.
    const outcome = await scripted.client
      .put({ key: 'a', data: large, condition: update }, context)
      .catch(({ kind }: { readonly kind: string }) => ({ kind }));
    expect(['refused', 'unavailable']).toContain(outcome.kind);
  });
});
