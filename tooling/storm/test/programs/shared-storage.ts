import {
  cloudDefaults,
  createStorage,
  type EventListener,
  errorFromNetwork,
  type GetAnswer,
  type ObjectHead,
  type PutAnswer,
  rawKeys,
  type Storage,
  type StorageClient,
  StorageError,
} from '@icechunk/storage-core';
import type { SharedAnswer, SharedRequest } from '../shared-objects.ts';

type Found = Extract<SharedAnswer, { kind: 'found' }>;

/** A storage on the objects that another process shares at an address. */
export function openStorage(url: string, onEvent: EventListener): Storage {
  return createStorage(clientOf(url), { defaults: cloudDefaults, onEvent });
}

function clientOf(url: string): StorageClient {
  const ask = async (request: SharedRequest, signal: AbortSignal): Promise<SharedAnswer> => {
    try {
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(request), signal });
      return (await response.json()) as SharedAnswer;
    } catch (error) {
      throw errorFromNetwork(error) ?? error;
    }
  };
  const find = async (key: string, signal: AbortSignal): Promise<Found> => {
    const answer = await ask({ verb: 'get', key }, signal);
    if (answer.kind === 'found') return answer;
    throw new StorageError({ kind: 'not_found', message: 'no object' });
  };
  return {
    info: { backend: 'shared', fields: {} },
    keys: rawKeys(),
    capabilities: {
      conditionalCreate: true,
      conditionalUpdate: true,
      userMetadata: true,
      storageClasses: false,
      contentEtags: false,
      orderedList: true,
      caseSensitiveKeys: true,
      flatNamespace: true,
      maxDeleteBatch: 1,
    },
    async get({ key, range, ifVersion, ifNotVersion }, { signal }): Promise<GetAnswer> {
      const found = await find(key, signal);
      if (ifVersion && ifVersion.etag !== found.etag) return { kind: 'changed' };
      if (ifNotVersion && ifNotVersion.etag === found.etag) return { kind: 'not_modified' };
      const bytes = Buffer.from(found.data, 'base64');
      const [start, end] = [range?.start ?? 0, Math.min(range?.end ?? bytes.length, bytes.length)];
      return { kind: 'found', ...headOf(found), range: { start, end }, body: bodyOf(bytes.subarray(start, end)) };
    },
    async head(key, { signal }) {
      return headOf(await find(key, signal));
    },
    async put({ key, data, metadata, condition }, { signal }) {
      const etag = condition?.kind === 'update' ? condition.version.etag : condition ? null : undefined;
      const sent = { data: Buffer.from(data).toString('base64'), ...(metadata && { metadata }) };
      return putAnswer(await ask({ verb: 'put', key, ...sent, ...(etag !== undefined && { etag }) }, signal));
    },
    async copy({ fromKey, toKey, ifVersion }, { signal }) {
      const etag = ifVersion?.etag;
      return putAnswer(await ask({ verb: 'copy', key: fromKey, toKey, ...(etag && { etag }) }, signal));
    },
    listing: {
      kind: 'pages',
      async page({ keyPrefix }, { signal }) {
        const answer = await ask({ verb: 'list', key: keyPrefix }, signal);
        const objects = answer.kind === 'list' ? answer.objects : [];
        return { objects: objects.map((one) => ({ ...one, createdAt: new Date(0) })) };
      },
    },
    async delete(keys, { signal }) {
      for (const key of keys) await ask({ verb: 'delete', key }, signal);
      return keys.map((key) => ({ key }));
    },
  };
}

function headOf({ etag, data, metadata, createdAt }: Found): ObjectHead {
  const sizeBytes = Buffer.byteLength(data, 'base64');
  return { version: { etag }, sizeBytes, metadata, lastModified: new Date(createdAt) };
}

function putAnswer(answer: SharedAnswer): PutAnswer {
  return answer.kind === 'stored' ? { kind: 'stored', version: { etag: answer.etag } } : { kind: 'refused' };
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function bodyOf(bytes: Uint8Array) {
  return { [Symbol.asyncIterator]: () => chunksOf(bytes), cancel: () => {} };
}
