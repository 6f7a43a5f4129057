import type { StorageClient } from '@icechunk/storage-core';
import type { InMemoryObjects } from '../../src/index.ts';
import { moment } from './moment.ts';
import { changed, type Plant, type PlantedFault, plant } from './plant.ts';
import { relabelled } from './relabel.ts';

/** The versions that writes give, and what they leave behind. */
export const writeFaults: readonly PlantedFault[] = [
  plant('same-tick-etag', 'makes versions of size and a coarse time', 'put.aba-same-tick', {
    client: (client, objects) => relabelled(client, objects, ({ sizeBytes }) => `"tick-${sizeBytes}"`),
  }),
  plant('content-etag', 'makes versions of the bytes, and does not say so', 'put.aba-same-tick', {
    client: (client, objects) => relabelled(client, objects, ({ data }) => `"${checksum(data)}"`),
  }),
  plant('version-of-two-writes', 'gives every two writes one version', 'put.version-changes', {
    client: (client, objects) =>
      relabelled(client, objects, ({ version: { etag = '' } }) => {
        const count = Number.parseInt(etag.replaceAll('"', ''), 16);
        return `"${Math.floor(count / 2)}"`;
      }),
  }),
  plant('etag-reused-after-delete', 'counts versions anew after a delete', 'put.create-after-delete', countingAnew()),
  plant('version-of-put-unquoted', 'answers a put with another spelling of the version', 'condget.verbatim-etag', {
    storage: (storage) =>
      changed(storage, {
        putObject: async (path, data, options = {}) => {
          const { condition } = options;
          const etag = condition?.kind === 'update' ? condition.version.etag : undefined;
          const quoted = etag !== undefined && !etag.startsWith('"');
          const asked = quoted ? { condition: { kind: 'update', version: { etag: `"${etag}"` } } as const } : {};
          const result = await storage.putObject(path, data, { ...options, ...asked });
          return result.kind === 'updated'
            ? { kind: 'updated', newVersion: { etag: String(result.newVersion.etag).replaceAll('"', '') } }
            : result;
        },
      }),
  }),
  plant('version-of-the-state-before', 'answers an update with the version that it replaced', 'put.update', {
    storage: (storage) =>
      changed(storage, {
        putObject: async (path, data, options = {}) => {
          const result = await storage.putObject(path, data, options);
          const { condition } = options;
          if (result.kind !== 'updated' || condition?.kind !== 'update') return result;
          return { kind: 'updated', newVersion: condition.version };
        },
      }),
  }),
  plant('metadata-merged', 'keeps metadata of what was replaced', 'put.overwrite', {
    client: (client, objects) =>
      changed(client, {
        put: (request, context) =>
          client.put({ ...request, metadata: { ...objects.get(request.key)?.metadata, ...request.metadata } }, context),
      }),
  }),
  plant('tail-of-the-old', 'writes over the old bytes and leaves what is longer', 'put.overwrite', {
    client: (client, objects) =>
      changed(client, {
        put: (request, context) => {
          const old = objects.get(request.key)?.data.subarray(request.data.byteLength) ?? new Uint8Array();
          return client.put({ ...request, data: joined(request.data, old) }, context);
        },
      }),
  }),
  plant('two-writers-mixed', 'writes an object in two halves', 'cas.last-writer-intact', { client: inHalves }),
  plant('buffer-kept', 'keeps the buffer that it was handed', 'put.ownership', {
    client: (client, objects) =>
      changed(client, {
        put: async (request) => {
          const version = objects.put(request);
          return version ? { kind: 'stored', version } : { kind: 'refused' };
        },
      }),
  }),
  plant('view-ignored', 'writes the whole memory behind a view', 'put.ownership', {
    client: (client) =>
      changed(client, {
        put: (request, context) => client.put({ ...request, data: new Uint8Array(request.data.buffer) }, context),
      }),
  }),
  plant('empty-not-kept', 'keeps no object without bytes', 'get.zero-byte', {
    client: (client, objects) =>
      changed(client, {
        put: async (request, context) => {
          const answer = await client.put(request, context);
          if (request.data.byteLength === 0) objects.delete(request.key);
          return answer;
        },
      }),
  }),
  plant('put-reads-stale-once', 'shows the state before at the first get after a put', 'put.overwrite', staleOnce()),
];

function inHalves(client: StorageClient): StorageClient {
  const first = new Map<string, Uint8Array>();
  return changed(client, {
    put: async ({ condition, ...request }, context) => {
      const { key, data } = request;
      if (condition || data.byteLength < 2)
        return await client.put({ ...request, ...(condition && { condition }) }, context);
      const middle = Math.floor(data.byteLength / 2);
      const half = first.get(key) ?? data.slice(0, middle);
      first.set(key, half);
      await moment();
      first.delete(key);
      return await client.put({ ...request, data: joined(half, data.subarray(middle)) }, context);
    },
  });
}

function countingAnew(): Plant {
  // By place, since handles share what the provider counts.
  const places = new WeakMap<InMemoryObjects, Map<string, Map<string | undefined, string>>>();
  return {
    client: (client, objects) => {
      const labels = places.get(objects) ?? new Map<string, Map<string | undefined, string>>();
      places.set(objects, labels);
      const counting = relabelled(client, objects, ({ version: { etag } }, key) => {
        const seen = labels.get(key) ?? new Map<string | undefined, string>();
        labels.set(key, seen);
        const label = seen.get(etag) ?? `"${encodeURIComponent(key)}-${seen.size + 1}"`;
        seen.set(etag, label);
        return label;
      });
      return changed(counting, {
        delete: (keys, context) => {
          for (const key of keys) labels.delete(key);
          return client.delete(keys, context);
        },
      });
    },
  };
}

function staleOnce(): Plant {
  return {
    client: (client, objects) => {
      const before = new Map<string, ReturnType<InMemoryObjects['get']>>();
      return changed(client, {
        put: (request, context) => {
          before.set(request.key, objects.get(request.key));
          return client.put(request, context);
        },
        get: async (request, context) => {
          const stale = before.get(request.key);
          before.delete(request.key);
          const answer = await client.get(request, context);
          if (answer.kind !== 'found' || !stale || request.range) return answer;
          const { data, ...head } = stale;
          const body = {
            async *[Symbol.asyncIterator]() {
              yield data.slice();
            },
            cancel: () => answer.body.cancel(),
          };
          return { ...answer, ...head, range: { start: 0, end: data.byteLength }, body };
        },
      });
    },
  };
}

const checksums = new WeakMap<Uint8Array, string>();

function checksum(data: Uint8Array): string {
  const sum =
    checksums.get(data) ??
    data.reduce((hash, byte) => (Math.imul(hash, 16_777_619) ^ byte) >>> 0, 2_166_136_261).toString(16);
  checksums.set(data, sum);
  return sum;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const data = new Uint8Array(first.byteLength + second.byteLength);
  data.set(first);
  data.set(second, first.byteLength);
  return data;
}
