import { Storage } from '@google-cloud/storage';
import { gcsStorage } from '@icechunk/storage-gcs';
import { bareHttp, type PrepareRequest } from './bare-http.ts';
import type { CloudContender, OpenContender } from './contender.ts';
import { many } from './run-task.ts';
import { storageContender } from './storage-contender.ts';

/** Where the bucket is. */
interface GcsPlace {
  readonly endpointUrl: string;
  readonly bucket: string;
}

export const ours = 'ours';
export const rawSdk = '@google-cloud/storage';
export const floor = 'undici, with a token';

// The server checks no token: what it costs to send one is the same.
const bearerToken = 'ya29.token-of-the-bench';

export const open: OpenContender = async (name, argument) => {
  const place = argument as GcsPlace;
  if (name === ours) return storageContender(gcsStorage({ ...place, bearerToken, allowHttp: true }));
  return name === floor ? bareHttp(place.endpointUrl, withToken(place)) : official(place);
};

/** The client as its documentation shows it. */
function official({ endpointUrl, bucket: name }: GcsPlace): CloudContender {
  const bucket = new Storage({ apiEndpoint: endpointUrl, projectId: 'bench' }).bucket(name);
  return {
    put: (key, data) =>
      bucket.file(key).save(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { resumable: false }),
    putLarge: (key, data) => bucket.file(key).save(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    get: async (key) => (await bucket.file(key).download())[0].byteLength,
    getRange: async (key, start, end) => (await bucket.file(key).download({ start, end: end - 1 }))[0].byteLength,
    list: async (prefix) => (await bucket.getFiles({ prefix: `${prefix}/` }))[0].length,
    delete: (keys) => many(keys.length, (index) => bucket.file(keys[index] as string).delete()),
  };
}

function withToken({ endpointUrl, bucket }: GcsPlace): PrepareRequest {
  const headers = { authorization: `Bearer ${bearerToken}` };
  return (verb, key) => {
    const name = encodeURIComponent(key);
    if (verb === 'get') {
      return { method: 'GET', url: `${endpointUrl}/storage/v1/b/${bucket}/o/${name}?alt=media`, headers };
    }
    const url = `${endpointUrl}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`;
    return { method: 'POST', url, headers: { ...headers, 'content-type': 'application/octet-stream' } };
  };
}
