import { Repository, Storage } from '@earthmover/icechunk';
import { isStorageError } from '@icechunk/storage-core';
import { toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import { describeWithServer, type ScriptedAnswer, startScriptedServer } from '@icechunk-tooling/servers';
import { expect, it } from 'vitest';
import * as zarr from 'zarrita';
import { r2Storage, s3Storage } from '../src/index.ts';

describeWithServer('minio', 'a repository behind a public address', (minio) => {
  it('is opened and read by the engine without a key and without a listing', async () => {
    const { url: endpointUrl, accessKeyId, secretAccessKey } = minio;
    const place = { bucket: await minio.createBucket(), endpointUrl, allowHttp: true, accessKeyId, secretAccessKey };
    const written = s3Storage({ ...place, prefix: 'v1/demo' });
    const repository = await Repository.create(Storage.newCustom(toIcechunkCallbacks(written)));
    const session = await repository.writableSession('main');
    const root = zarr.root(toZarritaStore(session.store)).resolve('/rain');
    const array = await zarr.create(root, { shape: [3], chunkShape: [3], dtype: 'float32' });
    await zarr.set(array, null, { data: new Float32Array([1, 2, 3]), shape: [3], stride: [1] });
    await session.commit('Three days of rain');

    // What a public address does: objects by their keys, and nothing else.
    const bucket = s3Storage({ ...place, legacyRootedKeys: false });
    const front = await startScriptedServer();
    front.respond(async ({ method, path }): Promise<ScriptedAnswer> => {
      try {
        const object = await bucket.getObject(decodeURIComponent(new URL(path, front.url).pathname.slice(1)));
        const body = await object.bytes();
        const headers = { etag: object.version.etag ?? '', 'last-modified': object.lastModified?.toUTCString() ?? '' };
        if (method === 'HEAD') return { status: 200, headers: { ...headers, 'content-length': String(body.length) } };
        return { status: 200, headers, body };
      } catch (err) {
        if (!isStorageError(err, 'not_found')) throw err;
        return { status: 404, headers: { 'content-type': 'text/html' }, body: '<p>Not found' };
      }
    });
    const address = { endpointUrl: front.url, allowHttp: true, prefix: 'v1/demo' };
    const opened = await Repository.open(Storage.newCustom(toIcechunkCallbacks(r2Storage(address))));
    const reading = await opened.readonlySession({ branch: 'main' });
    const read = await zarr.open(zarr.root(toZarritaStore(reading.store)).resolve('/rain'), { kind: 'array' });
    expect((await zarr.get(read)).data).toEqual(new Float32Array([1, 2, 3]));
    expect(
      front.requests.filter(({ method, headers }) => !/GET|HEAD/.test(method) || headers['authorization']),
    ).toEqual([]);
    await front.close();
  });
});
