import { isStorageError, type ObjectBody, type ObjectHead, type StorageClient } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';

/** Content types, metadata and times. */
export const metaFaults: readonly PlantedFault[] = [
  plant('metadata-upper-cased', 'gives names of metadata in upper case', 'meta.roundtrip', {
    storage: (storage) =>
      changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          const names = Object.entries(body.metadata ?? {}).map(([name, value]) => [name.toUpperCase(), value]);
          return changed<ObjectBody>(body, { metadata: Object.fromEntries(names) });
        },
      }),
  }),
  plant('write-id-upper-cased', 'gives the name of the write-id in upper case', 'lost.create', {
    client: (client) => withMetadata(client, (name, value) => [name.toUpperCase(), value]),
  }),
  plant('metadata-squeezed', 'makes one space of several in values of metadata', 'meta.roundtrip', {
    client: (client) => withMetadata(client, (name, value) => [name, value.replace(/ +/g, ' ')]),
  }),
  plant('metadata-decoded', 'percent-decodes values of metadata', 'meta.roundtrip', {
    client: (client) => withMetadata(client, (name, value) => [name, value.replace(/%25/g, '%')]),
  }),
  plant('content-type-lost', 'keeps no content type', 'meta.roundtrip', {
    client: (client) =>
      changed(client, { put: ({ contentType: _, ...request }, context) => client.put(request, context) }),
  }),
  plant('metadata-mended', 'drops metadata that nobody could keep', 'meta.invalid', {
    storage: (storage) =>
      changed(storage, {
        putObject: (path, data, options = {}) =>
          storage.putObject(path, data, options).catch((err: unknown) => {
            if (!isStorageError(err, 'invalid_options')) throw err;
            const { metadata: _, contentType: __, ...rest } = options;
            return storage.putObject(path, data, rest);
          }),
      }),
  }),
  plant('modified-in-seconds', 'takes seconds for milliseconds in the time of last change', 'meta.last-modified', {
    client: (client) => withHead(client, (time) => new Date(time.getTime() / 1_000)),
  }),
  plant('modified-missing', 'gives no time of last change', 'meta.last-modified', {
    client: (client) => withHead(client, () => undefined),
  }),
  plant('modified-goes-back', 'gives an earlier time of last change after each write', 'meta.last-modified', {
    client: (client) => {
      let asked = 0;
      return withHead(client, (time) => new Date(time.getTime() - 1_000 * ++asked));
    },
  }),
  plant('modified-of-missing', 'gives a time of last change for what is missing', 'meta.last-modified', {
    storage: (storage) =>
      changed(storage, {
        getObjectLastModified: (path, options) =>
          storage.getObjectLastModified(path, options).catch((err: unknown) => {
            if (isStorageError(err, 'not_found')) return new Date();
            throw err;
          }),
      }),
  }),
];

function withMetadata(client: StorageClient, change: (name: string, value: string) => [string, string]): StorageClient {
  const made = <T extends Pick<ObjectHead, 'metadata'>>(head: T): T =>
    head.metadata
      ? {
          ...head,
          metadata: Object.fromEntries(Object.entries(head.metadata).map(([name, value]) => change(name, value))),
        }
      : head;
  return changed(client, {
    get: async (request, context) => {
      const answer = await client.get(request, context);
      return answer.kind === 'found' ? made(answer) : answer;
    },
    head: async (key, context) => made(await client.head(key, context)),
  });
}

function withHead(client: StorageClient, change: (time: Date) => Date | undefined): StorageClient {
  return changed(client, {
    head: async (key, context) => {
      const { lastModified, ...head } = await client.head(key, context);
      const time = lastModified && change(lastModified);
      return { ...head, ...(time && { lastModified: time }) };
    },
  });
}
