import { describe, expect, it } from 'vitest';
import { azureError, context, useScripted } from './scripted.ts';

describe('deleteBlobs', () => {
  const scripted = useScripted();

  it('deletes each blob with its snapshots, and says of each what became of it', async () => {
    const { server, client } = scripted;
    server.respond(({ path }) => {
      if (path.endsWith('/absent')) return azureError(404, 'BlobNotFound');
      if (path.endsWith('/leased')) return azureError(412, 'LeaseIdMissing');
      if (path.endsWith('/busy')) return azureError(503, 'ServerBusy');
      // Azure/azure-storage-azcopy#2344 and Azure/azure-sdk-for-net#39065 (seen 2026-11).
      if (path.endsWith('/folder')) return azureError(409, 'DirectoryIsNotEmpty');
      if (path.endsWith('/directory')) return azureError(400, 'OperationNotSupportedOnDirectory');
      return { status: 202 };
    });
    const keys = ['there', 'absent', 'leased', 'busy', 'folder', 'directory'];
    const outcomes = new Map((await client.delete(keys, context)).map((outcome) => [outcome.key, outcome.error]));
    expect([...outcomes.keys()].sort()).toEqual([...keys].sort());
    for (const gone of ['there', 'absent', 'folder', 'directory']) expect(outcomes.get(gone)).toBeUndefined();
    expect(outcomes.get('leased')).toMatchObject({ kind: 'permission_denied', retry: 'no' });
    expect(outcomes.get('busy')).toMatchObject({ kind: 'unavailable', retry: 'again' });
    expect(server.requests.every(({ method }) => method === 'DELETE')).toBe(true);
    expect(new Set(server.requests.map(({ headers }) => headers['x-ms-delete-snapshots']))).toEqual(
      new Set(['include']),
    );
  });

  it('confirms nothing in a container that is not there', async () => {
    scripted.server.next(azureError(404, 'ContainerNotFound'));
    const [outcome] = await scripted.client.delete(['a'], context);
    expect(outcome?.error).toMatchObject({ kind: 'invalid_options' });
  });

  // https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes (`ResourceNotFound`, seen 2026-11)
  it.each([
    ['that does not name the blob', azureError(404, 'ResourceNotFound'), 'not_found'],
    ['of something between here and Azure', { status: 404, body: '<html>no such page</html>' }, 'bad_response'],
  ])('confirms nothing by a 404 %s', async (_, answer, kind) => {
    scripted.server.next(answer);
    const [outcome] = await scripted.client.delete(['a'], context);
    expect(outcome?.error).toMatchObject({ kind, status: 404 });
  });

  it('has 16 requests under way at most, and stops where the signal fires', async () => {
    const { server, client } = scripted;
    server.respond(() => ({ never: true }));
    const own = new AbortController();
    const deleted = client.delete(
      Array.from({ length: 40 }, (_, index) => `k${index}`),
      own,
    );
    await server.received(16);
    own.abort(new Error('enough'));
    await expect(deleted).rejects.toThrow();
    expect(server.requests).toHaveLength(16);
  });
});
