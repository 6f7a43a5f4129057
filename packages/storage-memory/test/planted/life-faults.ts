import { isStorageError, type Storage, StorageError } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';
import { withOptions, withoutSignal } from './with-options.ts';

/** Signals, closing, connections and handles for reading. */
export const lifeFaults: readonly PlantedFault[] = [
  plant('abort-ignored', 'ignores signals', 'abort.before', {
    storage: (storage) => withOptions(storage, withoutSignal),
  }),
  plant('fired-signal-ignored', 'looks at a signal only while it works', 'abort.before', {
    storage: (storage) =>
      withOptions(storage, (options) => (options.signal?.aborted ? withoutSignal(options) : options)),
  }),
  plant('abort-reason-replaced', 'rejects with an error of its own where it is given up', 'abort.before', {
    storage: (storage) =>
      withOptions(storage, (options) => {
        const { signal } = options;
        if (!signal) return options;
        const controller = new AbortController();
        const follow = (): void => controller.abort(new DOMException('This operation was aborted', 'AbortError'));
        if (signal.aborted) follow();
        // A signal that depends on another is no listener on it.
        else AbortSignal.any([signal]).addEventListener('abort', follow, { once: true });
        return { ...options, signal: controller.signal };
      }),
  }),
  plant('body-outlives-abort', 'goes on with a body that was given up', 'abort.mid-get', {
    storage: (storage) =>
      changed(storage, {
        getObject: async (path, options = {}) => {
          options.signal?.throwIfAborted();
          return await storage.getObject(path, withoutSignal(options));
        },
      }),
  }),
  plant('listing-outlives-abort', 'goes on with a listing that was given up', 'abort.mid-list', {
    storage: (storage) =>
      changed<Storage>(storage, {
        listObjects: async function* (prefix, options = {}) {
          options.signal?.throwIfAborted();
          yield* storage.listObjects(prefix, withoutSignal(options));
        },
      }),
  }),
  plant('listing-ends-on-abort', 'ends a listing that is given up as if it were complete', 'abort.mid-list', {
    storage: (storage) =>
      changed<Storage>(storage, {
        listObjects: async function* (prefix, options = {}) {
          options.signal?.throwIfAborted();
          for await (const info of storage.listObjects(prefix, withoutSignal(options))) {
            if (options.signal?.aborted) return;
            yield info;
          }
        },
      }),
  }),
  plant('half-put-on-abort', 'leaves half an object where a put is given up', 'abort.mid-put', {
    client: (client, objects) =>
      changed(client, {
        put: async (request, context) => {
          const half = request.data.slice(0, Math.ceil(request.data.byteLength / 2));
          const leave = (): void => void objects.put({ key: request.key, data: half });
          context.signal.addEventListener('abort', leave, { once: true });
          const answer = await client.put(request, context);
          return answer;
        },
      }),
  }),
  plant('listeners-left', 'leaves a listener on every signal', 'abort.listeners', {
    storage: (storage) =>
      withOptions(storage, (options) => {
        options.signal?.addEventListener('abort', () => {});
        return options;
      }),
  }),
  plant('body-never-released', 'never releases a body', 'life.unread-body', {
    above: (client) =>
      changed(client, {
        get: async (request, context) => {
          const answer = await client.get(request, context);
          if (answer.kind !== 'found') return answer;
          return { ...answer, body: changed(answer.body, { cancel() {} }) };
        },
      }),
  }),
  plant('pool-of-fifty', 'has fifty connections, and frees none that is not read', 'life.unread-body', {
    client: (client) => {
      let free = 50;
      return changed(client, {
        get: async (request, context) => {
          if (free === 0)
            throw new StorageError({ kind: 'unavailable', message: 'no connection is free', retry: 'no' });
          const answer = await client.get(request, context);
          if (answer.kind !== 'found') return answer;
          free--;
          const { body } = answer;
          let left = answer.range.end - answer.range.start;
          const chunks = async function* (): AsyncGenerator<Uint8Array> {
            for await (const chunk of body) {
              left -= chunk.byteLength;
              if (left === 0) free++;
              yield chunk;
            }
          };
          return { ...answer, body: { [Symbol.asyncIterator]: chunks, cancel: () => body.cancel() } };
        },
      });
    },
  }),
  plant('close-does-nothing', 'works on after it was closed', 'life.dispose', {
    storage: (storage) => changed(storage, { close: async () => {} }),
  }),
  plant('closed-fails-otherwise', 'says of what is closed that it is not there', 'life.dispose', {
    storage: (storage) =>
      changed(storage, {
        getObject: (path, options) =>
          storage.getObject(path, options).catch((err: unknown) => {
            if (!isStorageError(err, 'closed')) throw err;
            throw new StorageError({ kind: 'not_found', message: 'nothing is here' });
          }),
      }),
  }),
  plant('marker-left-by-close', 'leaves an object behind when it is closed', 'life.dispose', {
    storage: (storage) =>
      changed(storage, {
        close: async () => {
          await storage.putObject('closed-by', new Uint8Array(1)).catch(() => {});
          await storage.close();
        },
      }),
  }),
  plant('writes-when-read-only', 'writes through a handle for reading', 'ro.refuses', {
    context: (given) => ({ ...given, readOnly: false }),
  }),
  plant('read-only-by-the-provider', 'leaves it to the provider to refuse writes', 'ro.refuses', {
    context: ({ wrap, readOnly, ...given }) => ({
      ...given,
      readOnly: false,
      wrap: (client) =>
        wrap(
          readOnly
            ? changed(client, {
                put: () => Promise.reject(new StorageError({ kind: 'read_only', message: 'a handle for reading' })),
              })
            : client,
        ),
    }),
  }),
  plant('reads-when-closed-to-writers', 'refuses to list through a handle for reading', 'ro.reads', {
    context: ({ wrap, readOnly, ...given }) => ({
      ...given,
      readOnly,
      wrap: (client) =>
        wrap(
          readOnly
            ? changed(client, {
                listing: {
                  kind: 'pages',
                  page: () => Promise.reject(new StorageError({ kind: 'permission_denied', message: 'no listing' })),
                },
              })
            : client,
        ),
    }),
  }),
];
