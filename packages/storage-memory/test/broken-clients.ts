import type {
  AttemptContext,
  DeleteOutcome,
  GetAnswer,
  GetRequest,
  Listing,
  ListPage,
  ListPageRequest,
  PutAnswer,
  PutRequest,
  StorageClient,
} from '@icechunk/storage-core';
import { isSameVersion } from '@icechunk/storage-core';
import { InMemoryClient, type InMemoryObjects } from '../src/index.ts';

/** Updates whatever is there. */
export class LastWriteWins extends InMemoryClient {
  override async put({ condition, ...request }: PutRequest): Promise<PutAnswer> {
    return await super.put(condition?.kind === 'create' ? { ...request, condition } : request);
  }
}

/** Gives what the key held before its last write, the first time that it is read after that. */
export class StaleRead extends InMemoryClient {
  readonly #stale = new Map<string, GetAnswer>();

  override async put(request: PutRequest): Promise<PutAnswer> {
    const before = await super.get({ key: request.key }).catch(() => undefined);
    const answer = await super.put(request);
    if (before && answer.kind === 'stored') this.#stale.set(request.key, before);
    return answer;
  }

  override async get(request: GetRequest): Promise<GetAnswer> {
    const stale = request.range || request.ifVersion || request.ifNotVersion ? undefined : this.#stale.get(request.key);
    this.#stale.delete(request.key);
    return stale ?? (await super.get(request));
  }
}

/** Lists every page but the last without its last key. */
export class ForgetsAKey extends InMemoryClient {
  override readonly listing: Listing;

  constructor(objects: InMemoryObjects) {
    super(objects);
    this.listing = changedPages(new InMemoryClient(objects).listing, (page) =>
      page.nextPageToken === undefined ? page : { ...page, objects: page.objects.slice(0, -1) },
    );
  }
}

/** Deletes every key that begins with a key to be deleted. */
export class DeletesNeighbours extends InMemoryClient {
  readonly #objects: InMemoryObjects;

  constructor(objects: InMemoryObjects) {
    super(objects);
    this.#objects = objects;
  }

  override async delete(keys: readonly string[]): Promise<readonly DeleteOutcome[]> {
    for (const key of keys) await super.delete(this.#objects.list(key, '', 1_000).map((found) => found.key));
    return keys.map((key) => ({ key }));
  }
}

/** Reads a part of whatever is there, and says that it is of the version that was asked for. */
export class TornRead extends InMemoryClient {
  override async get({ ifVersion, ...request }: GetRequest): Promise<GetAnswer> {
    const answer = await super.get(request);
    return ifVersion && answer.kind === 'found' ? { ...answer, version: ifVersion } : answer;
  }
}

/** Goes on with the listing at a number of keys, and not behind a key. */
export class CountsPages extends InMemoryClient {
  override readonly listing: Listing = { kind: 'pages', page: (request) => this.#page(request) };
  readonly #objects: InMemoryObjects;

  constructor(objects: InMemoryObjects) {
    super(objects);
    this.#objects = objects;
  }

  async #page({ keyPrefix, pageToken = '0', maxKeys = 1_000 }: ListPageRequest): Promise<ListPage> {
    const found = this.#objects.list(keyPrefix, '', Number.MAX_SAFE_INTEGER);
    const end = Number(pageToken) + maxKeys;
    return {
      objects: found.slice(Number(pageToken), end),
      ...(end < found.length && { nextPageToken: String(end) }),
    };
  }
}

/** Looks whether the condition holds, and then writes without it: right as long as nobody else writes. */
export function checksThenWrites(client: StorageClient): StorageClient {
  const put = async ({ condition, ...request }: PutRequest, context: AttemptContext): Promise<PutAnswer> => {
    const head = condition && (await client.head(request.key, context).catch(() => undefined));
    if (condition?.kind === 'create' && head) return { kind: 'refused' };
    if (condition?.kind === 'update' && !(head && isSameVersion(head.version, condition.version)))
      return { kind: 'refused' };
    return await client.put(request, context);
  };
  return changed(client, { put });
}

function changedPages(listing: Listing, change: (page: ListPage) => ListPage): Listing {
  if (listing.kind === 'stream') return listing;
  return { kind: 'pages', page: async (request, context) => change(await listing.page(request, context)) };
}

/** The client with some methods of its own; its others still are called on itself. */
function changed(client: StorageClient, methods: Partial<StorageClient>): StorageClient {
  return new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
