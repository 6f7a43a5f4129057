import type { ParallelMultipart, StorageClient, VersionInfo } from '@icechunk/storage-core';
import type { InMemoryObjects, KeptObject } from '../../src/index.ts';
import { changed } from './plant.ts';

const matchesNothing: VersionInfo = { etag: '"matches-nothing"' };

/** A client whose versions are what `labelOf` makes of an object: as good or as bad as that. */
export function relabelled(
  client: StorageClient,
  objects: InMemoryObjects,
  labelOf: (object: KeptObject, key: string) => string,
): StorageClient {
  const versionOf = (key: string): VersionInfo => {
    const object = objects.get(key);
    return object ? { etag: labelOf(object, key) } : matchesNothing;
  };
  // In one step with the call that follows: nothing can come between.
  const real = (key: string, version: VersionInfo): VersionInfo => {
    const object = objects.get(key);
    return object && labelOf(object, key) === version.etag ? object.version : matchesNothing;
  };
  return changed(client, {
    get: async ({ ifVersion, ifNotVersion, ...request }, context) => {
      const { key } = request;
      const object = objects.get(key);
      const answer = await client.get(
        {
          ...request,
          ...(ifVersion && { ifVersion: real(key, ifVersion) }),
          ...(ifNotVersion && { ifNotVersion: real(key, ifNotVersion) }),
        },
        context,
      );
      return answer.kind === 'found' && object ? { ...answer, version: { etag: labelOf(object, key) } } : answer;
    },
    head: async (key, context) => {
      const version = versionOf(key);
      return { ...(await client.head(key, context)), version };
    },
    put: async ({ condition, ...request }, context) => {
      const { key } = request;
      const asked = condition?.kind === 'update' ? { ...condition, version: real(key, condition.version) } : condition;
      const answer = client.put({ ...request, ...(asked && { condition: asked }) }, context);
      const version = versionOf(key);
      return (await answer).kind === 'stored' ? { kind: 'stored', version } : { kind: 'refused' };
    },
    copy: async ({ ifVersion, ...request }, context) => {
      const asked = ifVersion && { ifVersion: real(request.fromKey, ifVersion) };
      const answer = client.copy({ ...request, ...asked }, context);
      const version = versionOf(request.toKey);
      return (await answer).kind === 'stored' ? { kind: 'stored', version } : { kind: 'refused' };
    },
    multipart: changed(partsOf(client), {
      complete: async ({ condition, ...request }, context) => {
        const { key } = request;
        const asked =
          condition?.kind === 'update' ? { ...condition, version: real(key, condition.version) } : condition;
        const answer = partsOf(client).complete({ ...request, ...(asked && { condition: asked }) }, context);
        const version = versionOf(key);
        return (await answer).kind === 'stored' ? { kind: 'stored', version } : { kind: 'refused' };
      },
    }),
  });
}

/** The client's upload in parts, which the memory client has. */
export function partsOf(client: StorageClient): ParallelMultipart {
  if (client.multipart?.kind !== 'parallel') throw new Error('the memory client uploads in parts');
  return client.multipart;
}
