import type { DeleteItem, Storage } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';

/** Deletions that do less, more or other than they say. */
export const deleteFaults: readonly PlantedFault[] = [
  plant('delete-error-swallowed', 'reports as gone what could not be deleted', 'del.partial-failure', {
    above: (client) =>
      changed(client, {
        delete: async (keys, context) => {
          await client.delete(keys, context).catch(() => []);
          return keys.map((key) => ({ key }));
        },
      }),
  }),
  plant('delete-does-nothing', 'reports deletions and does none', 'list.read-after-write', {
    client: (client) => changed(client, { delete: async (keys) => keys.map((key) => ({ key })) }),
  }),
  plant('delete-by-prefix', 'deletes everything whose key begins so', 'del.exact-only', {
    client: (client, objects) =>
      changed(client, {
        delete: async (keys) => {
          for (const key of keys) for (const one of objects.list(key, '', 10_000)) objects.delete(one.key);
          return keys.map((key) => ({ key }));
        },
      }),
  }),
  plant('delete-of-folder', 'deletes what lies below a key', 'del.exact-only', {
    client: (client, objects) =>
      changed(client, {
        delete: (keys, context) => {
          for (const key of keys) for (const one of objects.list(`${key}/`, '', 10_000)) objects.delete(one.key);
          return client.delete(keys, context);
        },
      }),
  }),
  plant('delete-of-missing-fails', 'calls a delete of nothing a failure', 'del.missing', {
    client: (client, objects) =>
      changed(client, {
        delete: async (keys, context) => {
          const missing = new Set(keys.filter((key) => !objects.get(key)));
          await client.delete(keys, context);
          return keys.map((key) => ({ key, ...(missing.has(key) && { error: new Error('no such key') }) }));
        },
      }),
  }),
  plant('deleted-bytes-not-counted', 'counts no bytes', 'del.counts', {
    storage: (storage) =>
      changed(storage, {
        deleteObjects: async (prefix, items, options) => ({
          ...(await storage.deleteObjects(prefix, items, options)),
          deletedBytes: 0,
        }),
      }),
  }),
  plant('delete-counts-twice', 'counts an id as often as it is given', 'del.exact-only', {
    storage: (storage) =>
      changed(storage, {
        deleteObjects: async (prefix, items, options) => {
          const all = await gathered(items);
          const result = await storage.deleteObjects(prefix, all, options);
          const extra = all.length - new Set(all.map(({ id }) => id)).size;
          return { ...result, deletedObjects: result.deletedObjects + extra };
        },
      }),
  }),
  plant('delete-first-batch-only', 'deletes the first batch', 'del.over-1000', {
    storage: (storage) =>
      changed(storage, {
        deleteObjects: async (prefix, items, options) => {
          const all = await gathered(items);
          const result = await storage.deleteObjects(prefix, all.slice(0, 50), options);
          const forgotten = all.slice(50);
          const bytes = forgotten.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
          const { deletedObjects, deletedBytes } = result;
          return { ...result, deletedObjects: deletedObjects + forgotten.length, deletedBytes: deletedBytes + bytes };
        },
      }),
  }),
  plant('delete-stream-unread', 'deletes nothing of a stream of ids', 'del.over-1000', {
    storage: (storage) =>
      changed(storage, {
        deleteObjects: (prefix, items, options) =>
          storage.deleteObjects(prefix, Symbol.iterator in items ? items : [], options),
      }),
  }),
  plant('empty-delete-fails', 'rejects a delete of no id', 'del.empty-batch', {
    storage: (storage) =>
      changed(storage, {
        deleteObjects: async (prefix, items, options) => {
          const all = await gathered(items);
          if (all.length === 0) throw new Error('MalformedXML');
          return await storage.deleteObjects(prefix, all, options);
        },
      }),
  }),
  plant('delete-forgets-prefix', 'deletes ids as if they were paths', 'del.counts', {
    storage: (storage) =>
      changed<Storage>(storage, {
        deleteObjects: (_prefix, items, options) => storage.deleteObjects('', items, options),
      }),
  }),
  plant('delete-prefix-slash', 'deletes nothing under a prefix that ends in a slash', 'del.counts', {
    storage: (storage) =>
      changed(storage, {
        deleteObjects: (prefix, items, options) =>
          storage.deleteObjects(prefix.endsWith('/') ? `${prefix}elsewhere` : prefix, items, options),
      }),
  }),
];

async function gathered(items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>): Promise<DeleteItem[]> {
  const all: DeleteItem[] = [];
  for await (const item of items) all.push(item);
  return all;
}
