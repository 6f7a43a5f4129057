import { cloudDefaults, createStorage } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { copyObject } from '../src/copy.ts';
import { failure, json, scripted } from './scripted.ts';

const s = scripted();
const quick = { retries: { initialBackoffMs: 1 } };
const done = json({ done: true, resource: { generation: '9', etag: 'CK=' } });
const from = { fromKey: 'a/b', toKey: 'c/d' };
const version = { generation: '7', etag: 'CI=' };

// https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite (seen 2026-11).
describe('a copy', () => {
  it('is one request without a body, which keeps all there is to the source', async () => {
    s.server.next(done);
    expect(await copyObject(s.http, from, s.context)).toEqual({
      kind: 'stored',
      version: { generation: '9', etag: 'CK=' },
    });
    expect(s.lines()).toEqual(['POST /storage/v1/b/b-1/o/a%2Fb/rewriteTo/b/b-1/o/c%2Fd']);
    expect(s.server.requests[0]?.body.byteLength).toBe(0);
    expect(s.query(0)).toEqual({ fields: 'done,rewriteToken,totalBytesRewritten,resource(generation,etag)' });
  });

  it('has the source version as its condition, and is refused by 412', async () => {
    s.server.next(done, failure(412, 'conditionNotMet'));
    const request = { ...from, ifVersion: version };
    expect(await copyObject(s.http, request, s.context)).toMatchObject({ kind: 'stored' });
    expect(await copyObject(s.http, request, s.context)).toEqual({ kind: 'refused' });
    expect(s.query(0)).toMatchObject({ ifSourceGenerationMatch: '7' });
    expect(s.query(0)).not.toHaveProperty('ifGenerationMatch');
  });

  it('is not refused by a 412 that is no word on its condition', async () => {
    s.server.next(failure(412, 'orgPolicyConstraintFailed'));
    const copy = copyObject(s.http, { ...from, ifVersion: version }, s.context);
    await expect(copy).rejects.toMatchObject({ kind: 'permission_denied', status: 412 });
  });

  it('of a version that no object has is refused where there is an object, and copies nothing', async () => {
    const request = { ...from, ifVersion: { etag: '"x"' } };
    s.server.next(json({ generation: '7', size: '1' }), failure(404, 'notFound', 'No such object: b-1/a/b'));
    expect(await copyObject(s.http, request, s.context)).toEqual({ kind: 'refused' });
    await expect(copyObject(s.http, request, s.context)).rejects.toMatchObject({ kind: 'not_found' });
    expect(s.lines()).toEqual(['GET /storage/v1/b/b-1/o/a%2Fb', 'GET /storage/v1/b/b-1/o/a%2Fb']);
  });

  it('goes on to its end, with every parameter and the body in each step', async () => {
    const source = { generation: '7', contentType: 'a/b', metadata: { x: 'y' }, cacheControl: 'no-store' };
    s.server.next(
      json(source),
      json({ done: false, rewriteToken: 'T1', totalBytesRewritten: '10' }),
      json({ done: false, rewriteToken: 'T1', totalBytesRewritten: '20' }),
      done,
    );
    const request = { ...from, ifVersion: version, contentType: 'new/type', storageClass: 'COLDLINE' };
    expect(await copyObject(s.http, request, s.context)).toMatchObject({ kind: 'stored' });
    const { fields, ...parameters } = s.query(1);
    expect([s.query(2), s.query(3)]).toEqual([
      { fields, ...parameters, rewriteToken: 'T1' },
      { fields, ...parameters, rewriteToken: 'T1' },
    ]);
    expect(parameters).toEqual({ ifSourceGenerationMatch: '7' });
    const bodies = s.server.requests.slice(1).map(({ body }) => JSON.parse(String(Buffer.from(body))));
    const { generation: _, ...kept } = source;
    for (const body of bodies) expect(body).toEqual({ ...kept, contentType: 'new/type', storageClass: 'COLDLINE' });
    expect(bodies).toHaveLength(3);
  });

  it('that changes something is of the generation whose metadata was read', async () => {
    s.server.next(json({ generation: '7' }), done, json({ generation: '7' }), failure(412, 'conditionNotMet'));
    const request = { ...from, contentType: 'new/type' };
    await copyObject(s.http, request, s.context);
    expect(s.query(1)).toMatchObject({ ifSourceGenerationMatch: '7' });
    // Nobody asked for a version: it is begun anew.
    await expect(copyObject(s.http, request, s.context)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it('that changes something of another version than asked for is refused before it is sent', async () => {
    s.server.next(json({ generation: '8' }));
    const request = { ...from, ifVersion: version, contentType: 'new/type' };
    expect(await copyObject(s.http, request, s.context)).toEqual({ kind: 'refused' });
    expect(s.lines()).toEqual(['GET /storage/v1/b/b-1/o/a%2Fb']);
  });

  it.each([
    ['a missing source', failure(404, 'notFound', 'No such object: b-1/a/b'), 'not_found'],
    ['an answer that does not say how it goes on', json({ done: false }), 'bad_response'],
    ['a copy without a generation', json({ done: true, resource: { etag: 'CK=' } }), 'bad_response'],
    ['a 412 that nobody asked for', failure(412, 'conditionNotMet'), 'bad_response'],
  ])('fails by %s', async (_, answer, kind) => {
    s.server.next(answer);
    await expect(copyObject(s.http, from, s.context)).rejects.toMatchObject({ kind });
  });

  it('is begun anew where Google has forgotten how it goes on', async () => {
    s.server.next(json({ done: false, rewriteToken: 'T1', totalBytesRewritten: '10' }), failure(410, 'gone'), done);
    const storage = createStorage(new GcsStorageClient(s.target), { defaults: cloudDefaults, settings: quick });
    expect(await storage.copyObject('a/b', 'c/d')).toMatchObject({ kind: 'updated' });
    expect([0, 1, 2].map((index) => s.query(index)['rewriteToken'])).toEqual([undefined, 'T1', undefined]);
  });

  it('gives up where it does not get on', async () => {
    const failed = { kind: 'unavailable', retry: 'again' };
    s.server.respond(() => json({ done: false, rewriteToken: 'T1', totalBytesRewritten: '10' }));
    await expect(copyObject(s.http, from, s.context)).rejects.toMatchObject(failed);
    expect(s.server.requests).toHaveLength(6);
    s.server.respond(() => json({ done: false, rewriteToken: `T${s.server.requests.length}` }));
    await expect(copyObject(s.http, from, s.context)).rejects.toMatchObject(failed);
    expect(s.server.requests).toHaveLength(12);
  });

  it('waits for one that pauses', async () => {
    const step = (bytes: number) => json({ done: false, rewriteToken: 'T1', totalBytesRewritten: String(bytes) });
    s.server.next(...[0, 0, 0, 10, 10, 10, 10, 10, 20].map(step), done);
    expect(await copyObject(s.http, from, s.context)).toMatchObject({ kind: 'stored' });
  });
});
