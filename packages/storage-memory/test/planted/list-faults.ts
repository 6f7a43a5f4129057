import type { ListInfo, ListPage, Storage, StorageClient } from '@icechunk/storage-core';
import { moment } from './moment.ts';
import { changed, type Plant, type PlantedFault, plant } from './plant.ts';

/** Listings that leave out, add, mix up or never end. */
export const listFaults: readonly PlantedFault[] = [
  plant('listing-ends-on-error', 'ends a listing where a page fails', 'list.page-error', {
    above: (client) =>
      changed(client, {
        listing: {
          kind: 'pages',
          page: (request, context) =>
            pageOf(client, request, context).catch((err: unknown) => {
              if (context.signal.aborted || request.pageToken === undefined) throw err;
              return { objects: [] };
            }),
        },
      }),
  }),
  plant('last-key-of-page-lost', 'drops the last key of each full page', 'list.over-1000', {
    client: (client) =>
      withPages(client, (page) => ({
        ...page,
        objects: page.nextPageToken === undefined ? page.objects : page.objects.slice(0, -1),
      })),
  }),
  plant('first-page-only', 'knows one page', 'list.over-1000', {
    client: (client) => withPages(client, ({ objects }) => ({ objects })),
  }),
  plant('key-shown-twice', 'begins each page with the last key of the one before', 'list.over-1000', {
    client: (client) => {
      const lastOf = new Map<string, ListPage['objects'][number]>();
      return withPages(client, (page, token) => {
        const again = token === undefined ? undefined : lastOf.get(token);
        const last = page.objects.at(-1);
        if (page.nextPageToken !== undefined && last) lastOf.set(page.nextPageToken, last);
        return again ? { ...page, objects: [again, ...page.objects] } : page;
      });
    },
  }),
  plant('paged-by-number', 'counts keys instead of remembering where it was', 'list.concurrent-delete', {
    client: (client, objects) =>
      changed(client, {
        listing: {
          kind: 'pages',
          page: async ({ keyPrefix, pageToken, maxKeys = 50 }) => {
            const from = Number(pageToken ?? 0);
            const size = Math.min(maxKeys, 50);
            const found = objects.list(keyPrefix, '', from + size + 1);
            const more = found.length > from + size;
            return { objects: found.slice(from, from + size), ...(more && { nextPageToken: String(from + size) }) };
          },
        },
      }),
  }),
  plant('sibling-listed', 'lists what merely begins with the prefix', 'list.sibling-prefix', {
    storage: (storage) =>
      listing(storage, async function* (prefix, options) {
        const start = prefix.replace(/\/$/, '');
        for await (const info of storage.listObjects('', options))
          if (info.id.startsWith(start))
            yield { ...info, id: info.id.slice(start.length).replace(/^\//, '') || info.id };
      }),
  }),
  plant('object-listed-under-itself', 'lists an object as what is under it', 'list.prefix-is-object', {
    storage: (storage, objects) =>
      listing(storage, async function* (prefix, options) {
        yield* storage.listObjects(prefix, options);
        const path = prefix.replace(/\/$/, '');
        const found = path === '' ? undefined : objects.get(path);
        if (found) yield { id: path, createdAt: found.lastModified, sizeBytes: found.sizeBytes };
      }),
  }),
  plant('prefix-of-object-fails', 'rejects to list what is an object', 'list.prefix-is-object', {
    storage: (storage, objects) =>
      listing(storage, async function* (prefix, options) {
        if (objects.get(prefix.replace(/\/$/, ''))) throw new Error('not a folder');
        yield* storage.listObjects(prefix, options);
      }),
  }),
  plant('order-of-folders', 'sorts folder by folder', 'list.order', {
    client: (client) =>
      withPages(client, (page) => ({
        ...page,
        objects: page.objects.toSorted((a, b) => (byFolder(a.key) < byFolder(b.key) ? -1 : 1)),
      })),
  }),
  plant('unordered', 'lists each page backwards', 'list.order', {
    client: (client) => withPages(client, (page) => ({ ...page, objects: page.objects.toReversed() })),
  }),
  plant('listing-cached', 'gives the first listing of a prefix for ever', 'list.read-after-write', {
    client: (client) => {
      const pages = new Map<string, Promise<ListPage>>();
      return changed(client, {
        listing: {
          kind: 'pages',
          page: (request, context) => {
            const key = JSON.stringify(request);
            const page = pages.get(key) ?? pageOf(client, request, context);
            pages.set(key, page);
            return page;
          },
        },
      });
    },
  }),
  plant('temporary-listed', 'shows the temporary objects of writes', 'list.no-temp', {
    client: (client, objects) =>
      changed(client, {
        put: async (request, context) => {
          const key = `${request.key}.tmp`;
          objects.put({ key, data: request.data.slice() });
          await moment();
          objects.delete(key);
          return await client.put(request, context);
        },
      }),
  }),
  plant('created-in-seconds', 'takes seconds for milliseconds in listings', 'list.fields', {
    client: (client) => withListed(client, (one) => ({ ...one, createdAt: new Date(one.createdAt.getTime() / 1_000) })),
  }),
  plant('size-of-listing-lost', 'lists every object with no bytes', 'list.fields', {
    client: (client) => withListed(client, (one) => ({ ...one, sizeBytes: 0 })),
  }),
  plant('ids-not-relative', 'lists the whole path whatever the prefix', 'list.fields', {
    storage: (storage) =>
      listing(storage, async function* (prefix, options) {
        const folder = prefix === '' || prefix === '/' ? '' : `${prefix.replace(/\/$/, '')}/`;
        for await (const info of storage.listObjects(prefix, options)) yield { ...info, id: folder + info.id };
      }),
  }),
  plant('slash-of-prefix-kept', 'lists nothing under a prefix that ends in a slash', 'list.prefix-slash', {
    storage: (storage) =>
      listing(storage, async function* (prefix, options) {
        if (!prefix.endsWith('/')) yield* storage.listObjects(prefix, options);
      }),
  }),
  plant('unknown-prefix-fails', 'rejects to list where nothing is', 'list.empty', {
    storage: (storage) =>
      listing(storage, async function* (prefix, options) {
        let empty = true;
        for await (const info of storage.listObjects(prefix, options)) {
          empty = false;
          yield info;
        }
        if (empty && prefix !== '') throw new Error('no such folder');
      }),
  }),
  plant('listing-read-ahead', 'asks for every page before it gives the first', 'list.early-break', {
    above: (client) =>
      changed(client, {
        listing: {
          kind: 'pages',
          page: async (request, context) => {
            const objects = [];
            let page = await pageOf(client, request, context);
            objects.push(...page.objects);
            while (page.nextPageToken !== undefined && request.maxKeys === undefined) {
              page = await pageOf(client, { ...request, pageToken: page.nextPageToken }, context);
              objects.push(...page.objects);
            }
            return { objects };
          },
        },
      }),
  }),
  plant('repeated-token-ends', 'ends a listing where a page token comes again', 'list.page-error', {
    above: (client) =>
      changed(client, {
        listing: {
          kind: 'pages',
          page: async (request, context) => {
            const { objects, nextPageToken } = await pageOf(client, request, context);
            return nextPageToken === request.pageToken || nextPageToken === undefined
              ? { objects }
              : { objects, nextPageToken };
          },
        },
      }),
  }),
  plant('inserted-shifts', 'lists anew from the first key that is new', 'list.concurrent-insert', insertionRestarts()),
  plant('root-always-clean', 'calls every place empty', 'ro.reads', {
    storage: (storage) => changed(storage, { rootIsClean: async () => true }),
  }),
];

type Pages = Extract<StorageClient['listing'], { kind: 'pages' }>;

function pageOf(client: StorageClient, ...asked: Parameters<Pages['page']>): Promise<ListPage> {
  if (client.listing.kind !== 'pages') throw new Error('the memory client lists page by page');
  return client.listing.page(...asked);
}

function withPages(
  client: StorageClient,
  change: (page: ListPage, token: string | undefined) => ListPage,
): StorageClient {
  const page: Pages['page'] = async (request, context) =>
    change(await pageOf(client, request, context), request.pageToken);
  return changed(client, { listing: { kind: 'pages', page } });
}

function withListed(
  client: StorageClient,
  change: (one: ListPage['objects'][number]) => ListPage['objects'][number],
): StorageClient {
  return withPages(client, (page) => ({ ...page, objects: page.objects.map(change) }));
}

function listing(
  storage: Storage,
  listObjects: (prefix: string, options: Parameters<Storage['listObjects']>[1]) => AsyncGenerator<ListInfo>,
): Storage {
  return changed<Storage>(storage, { listObjects });
}

function byFolder(key: string): string {
  return key.replaceAll('/', '\0');
}

function insertionRestarts(): Plant {
  return {
    client: (client, objects) => {
      const counts = new Map<string, number>();
      const page: Pages['page'] = async (request, context) => {
        const { keyPrefix, pageToken } = request;
        const count = objects.list(keyPrefix, '', 10_000).length;
        const grew = pageToken !== undefined && count > (counts.get(keyPrefix) ?? count);
        counts.set(keyPrefix, count);
        const { pageToken: _, ...first } = request;
        return await pageOf(client, grew ? first : request, context);
      };
      return changed(client, { listing: { kind: 'pages', page } });
    },
  };
}
