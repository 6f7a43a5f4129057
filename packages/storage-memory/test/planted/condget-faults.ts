import { isStorageError, type ObjectBody, StorageError } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';

/** Conditional reads, and the versions that reads give. */
export const condgetFaults: readonly PlantedFault[] = [
  plant('always-modified', 'ignores the version of a conditional get', 'condget.unchanged', {
    storage: (storage) =>
      changed(storage, {
        getObjectConditional: async (path, _version, options) => ({
          kind: 'modified',
          object: await storage.getObject(path, options),
        }),
      }),
  }),
  plant('never-modified', 'calls every version the latest', 'condget.changed', {
    storage: (storage) =>
      changed(storage, {
        getObjectConditional: async (path, version, options) => {
          const result = await storage.getObjectConditional(path, version, options);
          return version ? { kind: 'on_latest_version' } : result;
        },
      }),
  }),
  plant('no-version-is-latest', 'calls a conditional get without a version up to date', 'condget.no-version', {
    storage: (storage) =>
      changed(storage, {
        getObjectConditional: async (path, version, options) => {
          const result = await storage.getObjectConditional(path, version, options);
          return version ? result : { kind: 'on_latest_version' };
        },
      }),
  }),
  plant('garbage-version-fails', 'rejects a conditional get with a version of no object', 'condget.garbage-version', {
    storage: (storage) =>
      changed(storage, {
        getObjectConditional: async (path, version, options) => {
          if (version && !/^"[0-9a-f]+"$/.test(version.etag ?? ''))
            throw new StorageError({ kind: 'bad_response', message: 'status 400' });
          return await storage.getObjectConditional(path, version, options);
        },
      }),
  }),
  plant('missing-is-latest', 'calls a missing object up to date', 'condget.missing', {
    storage: (storage) =>
      changed(storage, {
        getObjectConditional: (path, version, options) =>
          storage.getObjectConditional(path, version, options).catch((err: unknown) => {
            if (version && isStorageError(err, 'not_found')) return { kind: 'on_latest_version' };
            throw err;
          }),
      }),
  }),
  plant('conditional-get-without-version', 'gives a changed object without its version', 'condget.changed', {
    storage: (storage) =>
      changed(storage, {
        getObjectConditional: async (path, version, options) => {
          const result = await storage.getObjectConditional(path, version, options);
          if (result.kind !== 'modified') return result;
          return { kind: 'modified', object: changed<ObjectBody>(result.object, { version: {} }) };
        },
      }),
  }),
  plant('version-held-by-identity', 'knows a version only as the object that it handed out', 'condget.verbatim-etag', {
    storage: (storage) => {
      const handedOut = new WeakSet<object>();
      return changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          handedOut.add(body.version);
          return body;
        },
        putObject: async (path, data, options) => {
          const result = await storage.putObject(path, data, options);
          if (result.kind === 'updated') handedOut.add(result.newVersion);
          return result;
        },
        getObjectConditional: (path, version, options) =>
          storage.getObjectConditional(path, version && handedOut.has(version) ? version : undefined, options),
      });
    },
  }),
  plant('version-of-range-weak', 'gives another version with a range than with the whole', 'get.version', {
    storage: (storage) =>
      changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          if (!options?.range) return body;
          return changed<ObjectBody>(body, { version: { etag: `W/${body.version.etag}` } });
        },
      }),
  }),
  plant('version-of-get-changes', 'gives another version with each read', 'get.version', {
    client: (client) => {
      let reads = 0;
      return changed(client, {
        get: async (request, context) => {
          const answer = await client.get(request, context);
          if (answer.kind !== 'found' || request.ifVersion || request.range) return answer;
          return { ...answer, version: { etag: `"read-${++reads}"` } };
        },
      });
    },
  }),
];
