import { cloudDefaults, createStorage } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { listPage } from '../src/list.ts';
import { failure, json, scripted } from './scripted.ts';

const s = scripted();
const updated = '2026-11-03T10:00:00.123Z';

// https://cloud.google.com/storage/docs/json_api/v1/objects/list (seen 2026-11).
describe('a page of a listing', () => {
  it('asks for what is needed and no more', async () => {
    s.server.next(json({ items: [{ name: 'p/a%20b', size: '5', updated }], nextPageToken: 'T+/=' }), json({}));
    expect(await listPage(s.http, { keyPrefix: 'p/' }, s.context)).toEqual({
      objects: [{ key: 'p/a%20b', sizeBytes: 5, createdAt: new Date(updated) }],
      nextPageToken: 'T+/=',
    });
    expect(await listPage(s.http, { keyPrefix: '', pageToken: 'T+/=', maxKeys: 1 }, s.context)).toEqual({
      objects: [],
    });
    const fields = 'items(name,size,updated),nextPageToken';
    expect(s.query(0)).toEqual({ prefix: 'p/', maxResults: '1000', fields });
    expect(s.query(1)).toEqual({ pageToken: 'T+/=', maxResults: '1', fields });
  });

  it.each([
    [json({ items: [{ name: 'k', updated }] }), 'bad_response'],
    [json({ items: [{ size: '1', updated }] }), 'bad_response'],
    [json({ items: [{ name: 'k', size: '1', updated: 'soon' }] }), 'bad_response'],
    [json({ items: 'none' }), 'bad_response'],
    [json({ items: [null] }), 'bad_response'],
    [failure(404, 'notFound', 'Not Found'), 'invalid_options'],
  ])('is an error for %j', async (answer, kind) => {
    s.server.next(answer);
    await expect(listPage(s.http, { keyPrefix: 'p/' }, s.context)).rejects.toMatchObject({ kind });
  });

  it('is followed by the next, to the last, though one of them holds nothing', async () => {
    const item = (name: string): object => ({ name, size: '1', updated });
    s.server.next(
      json({ items: [item('a'), item('b%2Ac')], nextPageToken: '1' }),
      json({ nextPageToken: '2' }),
      failure(503, 'backendError'),
      json({ items: [item('d')] }),
    );
    const settings = { retries: { initialBackoffMs: 0 } };
    const storage = createStorage(new GcsStorageClient(s.target), { defaults: cloudDefaults, settings });
    const ids: string[] = [];
    for await (const { id } of storage.listObjects('')) ids.push(id);
    expect(ids).toEqual(['a', 'b*c', 'd']);
    expect([0, 1, 2, 3].map((index) => s.query(index)['pageToken'])).toEqual([undefined, '1', '2', '2']);
  });
});
