import { describe, expect, it } from 'vitest';
import { deleteObjects, MAX_DELETE_BATCH } from '../src/delete.ts';
import { failure, scripted } from './scripted.ts';

const s = scripted();

// https://cloud.google.com/storage/docs/json_api/v1/objects/delete (seen 2026-11).
describe('a delete', () => {
  it('says of each key what became of it', async () => {
    s.server.respond(({ path }) => {
      if (path.endsWith('/o/absent')) return failure(404, 'notFound', 'No such object: b-1/absent');
      if (path.endsWith('/o/kept')) return failure(403, 'forbidden');
      if (path.endsWith('/o/later')) return failure(503, 'backendError');
      return { status: 204 };
    });
    const outcomes = await deleteObjects(s.http, ['a%20b/c', 'absent', 'kept', 'later'], s.context);
    expect(outcomes).toEqual([
      { key: 'a%20b/c' },
      { key: 'absent' },
      { key: 'kept', error: expect.objectContaining({ kind: 'permission_denied' }) },
      { key: 'later', error: expect.objectContaining({ kind: 'unavailable', retry: 'again' }) },
    ]);
    expect(s.lines()).toContain('DELETE /storage/v1/b/b-1/o/a%2520b%2Fc');
  });

  it('takes nothing for gone where the bucket is not there', async () => {
    s.server.next(failure(404, 'notFound', 'The specified bucket does not exist.'));
    const [outcome] = await deleteObjects(s.http, ['k'], s.context);
    expect(outcome?.error).toMatchObject({ kind: 'invalid_options' });
  });

  it('takes nothing for gone where a page is answered, and not by the provider', async () => {
    s.server.next({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>404 page not found</html>' });
    const [outcome] = await deleteObjects(s.http, ['k'], s.context);
    expect(outcome?.error).toMatchObject({ kind: 'bad_response' });
  });

  it('has all keys of a call under way at once, and gives them up when its signal fires', async () => {
    s.server.respond(() => ({ never: true }));
    const controller = new AbortController();
    const keys = Array.from({ length: MAX_DELETE_BATCH }, (_, index) => `k${index}`);
    const deleting = deleteObjects(s.http, keys, { signal: controller.signal });
    await s.server.received(MAX_DELETE_BATCH);
    controller.abort('enough');
    await expect(deleting).rejects.toBeDefined();
    await Promise.all(s.server.connections.map(({ closed }) => closed));
  });
});
