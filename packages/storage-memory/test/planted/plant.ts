import { createStorage, localDefaults, type Storage, type StorageClient } from '@icechunk/storage-core';
import type { ConformanceHarness, OpenContext } from '@icechunk/storage-core/conformance';
import { InMemoryClient, InMemoryObjects } from '../../src/index.ts';

/** A backend that is broken on purpose. */
export interface PlantedFault {
  readonly id: string;
  /** What it does, in words that go on from "the backend". */
  readonly does: string;
  /** The case that names the fault. */
  readonly caughtBy: string;
  harness(): ConformanceHarness;
}

/** Where a fault sits. What is left out is sound. */
export interface Plant {
  /** In the provider: below the client whose calls the suite sees. `instance` counts `open` as 0 and `openSecond` as 1. */
  readonly client?: (client: StorageClient, objects: InMemoryObjects, instance: number) => StorageClient;
  /** Between that client and core: in what a backend's author made of the provider's answers. */
  readonly above?: (client: StorageClient) => StorageClient;
  /** Around core: in a storage that was written without it. */
  readonly storage?: (storage: Storage, objects: InMemoryObjects) => Storage;
  /** In the harness's idea of what it was asked for. */
  readonly context?: (context: OpenContext) => OpenContext;
}

/** Enough for three pages and three batches of {@link memoryHarness}. */
const MANY_OBJECTS = 130;
const PAGE_SIZE = 50;

/** Defines a fault. */
export function plant(id: string, does: string, caughtBy: string, where: Plant): PlantedFault {
  return { id, does, caughtBy, harness: () => memoryHarness(id, where) };
}

/** The memory backend with small pages and batches, and a fault in it. */
export function memoryHarness(name: string, where: Plant = {}): ConformanceHarness {
  const places = new Map<string, InMemoryObjects>();
  const openAs = (instance: number) => (given: OpenContext) => {
    const { prefix, settings, readOnly, onEvent, wrap } = where.context?.(given) ?? given;
    const objects = places.get(prefix) ?? new InMemoryObjects();
    places.set(prefix, objects);
    const sound = withSmallPages(new InMemoryClient(objects));
    const seen = wrap(where.client?.(sound, objects, instance) ?? sound);
    const storage = createStorage(where.above?.(seen) ?? seen, {
      defaults: localDefaults,
      settings,
      readOnly,
      onEvent,
    });
    return where.storage?.(storage, objects) ?? storage;
  };
  return {
    name,
    open: openAs(0),
    openSecond: openAs(1),
    faults: true,
    limits: { manyObjects: MANY_OBJECTS },
  };
}

/** The same object with some of its members replaced; the others keep their `this`. */
export function changed<T extends object>(target: T, members: { readonly [K in keyof T]?: T[K] | undefined }): T {
  return new Proxy(target, {
    get(inner, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof T];
      const value: unknown = Reflect.get(inner, name, inner);
      return typeof value === 'function' ? value.bind(inner) : value;
    },
  });
}

function withSmallPages(client: InMemoryClient): StorageClient {
  const { listing } = client;
  if (listing.kind !== 'pages') throw new Error('the memory client lists page by page');
  return changed<StorageClient>(client, {
    capabilities: { ...client.capabilities, maxDeleteBatch: PAGE_SIZE },
    listing: {
      kind: 'pages',
      page: ({ maxKeys = PAGE_SIZE, ...request }, context) =>
        listing.page({ ...request, maxKeys: Math.min(maxKeys, PAGE_SIZE) }, context),
    },
  });
}
