import { isSameVersion, type PutRequest, type StorageClient } from '@icechunk/storage-core';
import type { InMemoryObjects } from '../../src/index.ts';
import { moment } from './moment.ts';
import { changed, type Plant, type PlantedFault, plant } from './plant.ts';

type Condition = NonNullable<PutRequest['condition']>;

/** Conditions that are ignored, kept too late, or kept by some writers only. */
export const conditionFaults: readonly PlantedFault[] = [
  plant(
    'last-write-wins',
    'takes every condition for none',
    'put.create-conflict',
    ignoring(() => true),
  ),
  plant(
    'create-ignored',
    'replaces what a create finds',
    'put.create-conflict',
    ignoring((c) => c.kind === 'create'),
  ),
  plant(
    'update-ignored',
    'replaces whatever an update finds',
    'put.update-stale',
    ignoring((c) => c.kind === 'update'),
  ),
  plant(
    'check-then-write',
    'checks a condition and writes a moment later',
    'cas.counter',
    checkedBefore(() => true),
  ),
  plant(
    'check-then-create',
    'checks that nothing is there and writes a moment later',
    'cas.create-race',
    checkedBefore((condition) => condition.kind === 'create'),
  ),
  plant(
    'check-then-update',
    'checks a version and writes a moment later',
    'cas.counter',
    checkedBefore((condition) => condition.kind === 'update'),
  ),
  plant('lock-of-one-process', 'keeps conditions within one instance only', 'cas.two-instances', {
    client: (client, objects, instance) => (instance === 0 ? client : withLateConditions(client, objects, () => true)),
  }),
  plant('update-creates', 'lets an update make an object that is missing', 'put.update-missing', {
    client: (client, objects) =>
      changed(client, {
        put: (request, context) => {
          const { condition: _, ...plain } = request;
          return client.put(objects.get(request.key) ? request : plain, context);
        },
      }),
  }),
  plant('foreign-version-passes', 'takes the version of any object for that of each', 'put.foreign-version', {
    client: (client, objects) =>
      changed(client, {
        put: ({ condition, ...request }, context) => {
          const folder = request.key.slice(0, request.key.lastIndexOf('/') + 1);
          const foreign =
            condition?.kind === 'update' &&
            objects.list(folder, '', 1_000).some(({ key }) => {
              const object = objects.get(key);
              return object !== undefined && isSameVersion(object.version, condition.version);
            });
          const present = objects.get(request.key) !== undefined;
          return client.put(foreign && present ? request : { ...request, ...(condition && { condition }) }, context);
        },
      }),
  }),
  plant('refusal-takes-effect', 'says that it refuses, and writes all the same', 'put.update-stale', {
    client: (client) =>
      changed(client, {
        put: async (request, context) => {
          const answer = await client.put(request, context);
          const { condition: _, ...plain } = request;
          if (answer.kind === 'refused') await client.put(plain, context);
          return answer;
        },
      }),
  }),
  plant('create-refused-always', 'refuses every create', 'put.create', {
    client: (client) =>
      changed(client, {
        put: async (request, context) =>
          request.condition?.kind === 'create' ? { kind: 'refused' } : await client.put(request, context),
      }),
  }),
  plant('deleted-version-comes-back', 'lets an update bring back what was deleted', 'cas.update-vs-delete', {
    client: (client, objects) => {
      const gone = new Map<string, string | undefined>();
      return changed(client, {
        delete: (keys, context) => {
          for (const key of keys) gone.set(key, objects.get(key)?.version.etag);
          return client.delete(keys, context);
        },
        put: ({ condition, ...request }, context) => {
          const buried = objects.get(request.key) === undefined && condition?.kind === 'update';
          const passes = buried && condition.version.etag === gone.get(request.key);
          return client.put(passes ? request : { ...request, ...(condition && { condition }) }, context);
        },
      });
    },
  }),
];

function ignoring(ignored: (condition: Condition) => boolean): Plant {
  return {
    client: (client) =>
      changed(client, {
        put: ({ condition, ...request }, context) =>
          client.put(condition && !ignored(condition) ? { ...request, condition } : request, context),
      }),
  };
}

function checkedBefore(late: (condition: Condition) => boolean): Plant {
  return { client: (client, objects) => withLateConditions(client, objects, late) };
}

/** Right where nobody else writes. */
function withLateConditions(
  client: StorageClient,
  objects: InMemoryObjects,
  late: (condition: Condition) => boolean,
): StorageClient {
  return changed(client, {
    put: async ({ condition, ...request }, context) => {
      if (!condition || !late(condition))
        return await client.put({ ...request, ...(condition && { condition }) }, context);
      const current = objects.get(request.key);
      const holds =
        condition.kind === 'create'
          ? !current
          : current !== undefined && isSameVersion(current.version, condition.version);
      await moment();
      return holds ? await client.put(request, context) : { kind: 'refused' };
    },
  });
}
