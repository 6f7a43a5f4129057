import { isStorageError, type ObjectHead, type StorageClient, StorageError } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';
import { partsOf } from './relabel.ts';

const WRITE_ID = 'icechunkwriteid';

/** Answers that are lost, and what is made of it; and failures that are taken for others. */
export const lostFaults: readonly PlantedFault[] = [
  plant('own-write-as-conflict', 'reports a conflict with its own write', 'lost.create', {
    above: (client) =>
      withHeads(client, (head) => ({ ...head, metadata: { ...head.metadata, [WRITE_ID]: 'another' } })),
  }),
  plant('own-update-as-conflict', 'reads back after creates only', 'lost.update', {
    above: (client) => {
      let updates = false;
      const watching = changed(client, {
        put: (request, context) => {
          updates = request.condition?.kind === 'update';
          return client.put(request, context);
        },
      });
      return withHeads(watching, (head) =>
        updates ? { ...head, metadata: { ...head.metadata, [WRITE_ID]: 'another' } } : head,
      );
    },
  }),
  plant('foreign-write-as-own', "takes another writer's object for its own", 'lost.foreign-winner', {
    above: (client) => {
      let asked = 'none';
      const remembering = changed(client, {
        put: (request, context) => {
          if (request.condition) asked = request.metadata?.[WRITE_ID] ?? asked;
          return client.put(request, context);
        },
      });
      return withHeads(remembering, (head) => ({ ...head, metadata: { ...head.metadata, [WRITE_ID]: asked } }));
    },
  }),
  plant('success-after-lost-answer', 'takes a refusal after a lost answer for its own success', 'lost.foreign-winner', {
    above: (client) => {
      const lost = new Set<string>();
      return changed(client, {
        put: async (request, context) => {
          const answer = await client.put(request, context).catch((err: unknown) => {
            if (isStorageError(err, 'unavailable')) lost.add(request.key);
            throw err;
          });
          if (answer.kind === 'stored' || !lost.delete(request.key)) return answer;
          const { version } = await client.head(request.key, context);
          return { kind: 'stored', version };
        },
      });
    },
  }),
  plant('readback-failure-as-conflict', 'reports a conflict where it could not read back', 'lost.readback-fails', {
    above: (client) =>
      changed(client, {
        head: (key, context) =>
          client.head(key, context).catch((err: unknown) => {
            if (isStorageError(err, 'unavailable')) throw new StorageError({ kind: 'not_found', message: 'no answer' });
            throw err;
          }),
      }),
  }),
  plant('recovered-version-made-up', 'makes up the version of a write that it recovers', 'lost.fresh-version', {
    above: (client) => withHeads(client, (head) => ({ ...head, version: { etag: '"recovered"' } })),
  }),
  plant('no-metadata-as-conflict', 'reports a conflict where nothing can tell', 'lost.no-metadata', {
    above: (client) => withHeads(client, (head) => ({ ...head, metadata: { other: 'x', ...head.metadata } })),
  }),
  plant('gone-upload-fails', 'gives up where an upload is gone that it has just completed', 'lost.multipart', {
    above: (client) =>
      changed(client, {
        multipart: changed(partsOf(client), {
          complete: (request, context) =>
            partsOf(client)
              .complete(request, context)
              .catch((err: unknown) => {
                throw isStorageError(err, 'unavailable') ? withoutRetry(err) : err;
              }),
        }),
      }),
  }),
  plant('update-sent-without-condition', 'repeats a lost write without its condition', 'lost.foreign-winner', {
    above: (client) => {
      const lost = new Set<string>();
      return changed(client, {
        put: ({ condition, ...request }, context) => {
          const again = lost.delete(request.key);
          return client
            .put(again || !condition ? request : { ...request, condition }, context)
            .catch((err: unknown) => {
              lost.add(request.key);
              throw err;
            });
        },
      });
    },
  }),
  plant('forbidden-as-missing', 'takes what is forbidden for missing', 'err.auth-network', {
    above: (client) => failingAs(client, (err) => isStorageError(err, 'permission_denied', 'unauthenticated')),
  }),
  plant('unreachable-as-missing', 'takes what it cannot reach for missing', 'err.auth-network', {
    above: (client) => failingAs(client, (err) => isStorageError(err, 'unavailable')),
  }),
  plant('failure-as-missing', 'takes every failure for missing', 'err.auth-network', {
    above: (client) => failingAs(client, (err) => !isStorageError(err, 'not_found')),
  }),
  plant('path-not-named', 'does not say of which path it speaks', 'err.kinds', {
    storage: (storage) =>
      changed(storage, {
        getObject: (path, options) =>
          storage.getObject(path, options).catch((err: unknown) => {
            if (!isStorageError(err)) throw err;
            throw new StorageError({ kind: err.kind, message: 'the request failed' });
          }),
      }),
  }),
  plant('cause-handed-out', "hands out the provider's own error", 'err.kinds', {
    storage: (storage) =>
      changed(storage, {
        getObject: (path, options) =>
          storage.getObject(path, options).catch((err: unknown) => {
            const cause = Object.assign(new Error('NoSuchKey'), { request: { headers: { authorization: 'secret' } } });
            throw isStorageError(err) ? Object.assign(err, { cause }) : err;
          }),
      }),
  }),
  plant('errors-without-kind', "throws the provider's own errors", 'err.kinds', {
    storage: (storage) =>
      changed(storage, {
        getObjectLastModified: (path, options) =>
          storage.getObjectLastModified(path, options).catch((err: unknown) => {
            throw isStorageError(err, 'not_found') ? new Error('NoSuchKey') : err;
          }),
      }),
  }),
];

function withHeads(client: StorageClient, change: (head: ObjectHead) => ObjectHead): StorageClient {
  return changed(client, { head: async (key, context) => change(await client.head(key, context)) });
}

function failingAs(client: StorageClient, isMissing: (err: unknown) => boolean): StorageClient {
  const missing = (err: unknown): never => {
    throw isMissing(err) ? new StorageError({ kind: 'not_found', message: 'nothing is here' }) : err;
  };
  return changed(client, {
    get: (request, context) => client.get(request, context).catch(missing),
    head: (key, context) => client.head(key, context).catch(missing),
  });
}

// Not ambiguous to core: it neither tries again nor reads back.
function withoutRetry(err: StorageError): StorageError {
  return new StorageError({ kind: 'permission_denied', message: err.detail });
}
