import { isStorageError } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';

/** Copies that are not what they were made of, and what is written beside the bytes. */
export const copyFaults: readonly PlantedFault[] = [
  plant('copy-drops-metadata', 'copies bytes only', 'copy.metadata', {
    client: (client, objects) =>
      changed(client, {
        copy: async (request, context) => {
          const answer = await client.copy(request, context);
          const copied = objects.get(request.toKey);
          if (answer.kind === 'refused' || !copied) return answer;
          const version = objects.put({ key: request.toKey, data: copied.data });
          return version ? { kind: 'stored', version } : answer;
        },
      }),
  }),
  plant('copy-type-drops-metadata', 'drops metadata where a copy gets another content type', 'copy.metadata', {
    client: (client, objects) =>
      changed(client, {
        copy: async (request, context) => {
          const answer = await client.copy(request, context);
          const copied = objects.get(request.toKey);
          if (answer.kind === 'refused' || !copied || request.contentType === undefined) return answer;
          const { data, contentType } = copied;
          const version = objects.put({ key: request.toKey, data, ...(contentType !== undefined && { contentType }) });
          return version ? { kind: 'stored', version } : answer;
        },
      }),
  }),
  plant('copy-gives-source-version', "answers a copy with the source's version", 'copy.result-version', {
    client: (client, objects) =>
      changed(client, {
        copy: async (request, context) => {
          const source = objects.get(request.fromKey);
          const answer = await client.copy(request, context);
          return answer.kind === 'stored' && source ? { kind: 'stored', version: source.version } : answer;
        },
      }),
  }),
  plant('copy-without-version', 'answers a copy without a version', 'copy.result-version', {
    client: (client) =>
      changed(client, {
        copy: async (request, context) => {
          const answer = await client.copy(request, context);
          return answer.kind === 'stored' ? { kind: 'stored', version: {} } : answer;
        },
      }),
  }),
  plant('copy-ignores-version', 'copies whatever the source has become', 'copy.stale-version', {
    client: (client) =>
      changed(client, { copy: ({ ifVersion: _, ...request }, context) => client.copy(request, context) }),
  }),
  plant('copy-empties-target', 'empties the target before it looks for the source', 'copy.missing-source', {
    client: (client, objects) =>
      changed(client, {
        copy: async (request, context) => {
          if (!objects.get(request.fromKey)) objects.put({ key: request.toKey, data: new Uint8Array() });
          return await client.copy(request, context);
        },
      }),
  }),
  plant('copy-of-missing-succeeds', 'calls a copy of nothing a success', 'copy.missing-source', {
    storage: (storage) =>
      changed(storage, {
        copyObject: (from, to, options) =>
          storage.copyObject(from, to, options).catch((err: unknown) => {
            if (isStorageError(err, 'not_found')) return { kind: 'updated', newVersion: { etag: '"none"' } };
            throw err;
          }),
      }),
  }),
  plant('copy-is-a-link', 'makes a copy a second name of its source', 'copy.independent', {
    client: (client, objects) => {
      const links = new Map<string, string>();
      return changed(client, {
        copy: async (request, context) => {
          const answer = await client.copy(request, context);
          if (answer.kind === 'stored') links.set(request.toKey, request.fromKey);
          return answer;
        },
        put: (request, context) => {
          links.delete(request.key);
          return client.put(request, context).then((answer) => {
            for (const [to, from] of links)
              if (from === request.key && answer.kind === 'stored')
                objects.put({ ...request, key: to, data: request.data.slice() });
            return answer;
          });
        },
      });
    },
  }),
  plant('copy-never-replaces', 'copies only to where nothing is', 'copy.basic', {
    client: (client, objects) =>
      changed(client, {
        copy: async (request, context) => {
          const there = objects.get(request.toKey);
          return there ? { kind: 'stored', version: there.version } : await client.copy(request, context);
        },
      }),
  }),
  plant('copy-cut', 'copies the first kilobyte', 'copy.basic', {
    client: (client, objects) =>
      changed(client, {
        copy: async (request, context) => {
          const answer = await client.copy(request, context);
          const copied = objects.get(request.toKey);
          if (answer.kind === 'refused' || !copied || copied.sizeBytes <= 1_024) return answer;
          const { data, metadata } = copied;
          const version = objects.put({
            key: request.toKey,
            data: data.subarray(0, 1_024),
            ...(metadata && { metadata }),
          });
          return version ? { kind: 'stored', version } : answer;
        },
      }),
  }),
];
