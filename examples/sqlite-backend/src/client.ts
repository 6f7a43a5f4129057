import {
  type Capabilities,
  type ClientBody,
  type CopyRequest,
  type DeleteOutcome,
  type GetAnswer,
  type GetRequest,
  isSameVersion,
  type KeyMapping,
  type Listing,
  type ListPage,
  type ListPageRequest,
  type ObjectHead,
  type PutAnswer,
  type PutRequest,
  rawKeys,
  type StorageClient,
  StorageError,
  type StorageInfo,
  type WriteCondition,
} from '@icechunk/storage-core';
import type { Database } from './database.ts';
import {
  BLOCK_BYTES,
  copyBlocks,
  deleteObject,
  findObject,
  listObjects,
  newVersion,
  readBlocks,
  replaceObject,
  writeBlocks,
} from './rows.ts';

const PAGE_OBJECTS = 1_000;

/** Objects as rows. A write is one transaction, so that its condition still holds when it lands. */
export class SqliteClient implements StorageClient {
  readonly info: StorageInfo;
  readonly keys: KeyMapping;
  readonly capabilities: Capabilities = {
    conditionalCreate: true,
    conditionalUpdate: true,
    userMetadata: true,
    storageClasses: false,
    contentEtags: false,
    orderedList: true,
    caseSensitiveKeys: true,
    flatNamespace: true,
    maxDeleteBatch: 1_000,
  };
  readonly listing: Listing = { kind: 'pages', page: async (request) => this.#page(request) };
  readonly #database: Database;

  constructor(database: Database, prefix: string) {
    this.#database = database;
    this.info = { backend: 'SQLite', fields: { path: database.path, prefix } };
    this.keys = rawKeys(prefix);
  }

  async get({ key, range, ifVersion, ifNotVersion }: GetRequest): Promise<GetAnswer> {
    return this.#database.read((connection) => {
      const head = findObject(connection, key) ?? missing();
      const { version, sizeBytes } = head;
      if (ifVersion && !isSameVersion(version, ifVersion)) return { kind: 'changed' };
      if (ifNotVersion && isSameVersion(version, ifNotVersion)) return { kind: 'not_modified' };
      if (range && range.start >= sizeBytes)
        throw new StorageError({ kind: 'invalid_range', message: `the object has ${sizeBytes} bytes` });
      const first = Math.floor((range?.start ?? 0) / BLOCK_BYTES);
      const end = Math.ceil(Math.min(range?.end ?? sizeBytes, sizeBytes) / BLOCK_BYTES);
      // Whole blocks, and `range` says so: core cuts off what was not asked for.
      const held = { start: first * BLOCK_BYTES, end: Math.min(end * BLOCK_BYTES, sizeBytes) };
      return { kind: 'found', ...head, range: held, body: bodyOf(readBlocks(connection, version, first, end)) };
    });
  }

  async head(key: string): Promise<ObjectHead> {
    return this.#database.read((connection) => findObject(connection, key) ?? missing());
  }

  async put({ key, data, condition, contentType, metadata }: PutRequest): Promise<PutAnswer> {
    return this.#database.write((connection) => {
      if (!allows(findObject(connection, key), condition)) return { kind: 'refused' };
      const version = newVersion();
      writeBlocks(connection, version, data);
      replaceObject(connection, key, { version, sizeBytes: data.byteLength, contentType, metadata });
      return { kind: 'stored', version };
    });
  }

  async copy({ fromKey, toKey, ifVersion, contentType }: CopyRequest): Promise<PutAnswer> {
    return this.#database.write((connection) => {
      const source = findObject(connection, fromKey) ?? missing();
      if (ifVersion && !isSameVersion(source.version, ifVersion)) return { kind: 'refused' };
      const version = newVersion();
      copyBlocks(connection, source.version, version);
      replaceObject(connection, toKey, { ...source, version, contentType: contentType ?? source.contentType });
      return { kind: 'stored', version };
    });
  }

  async delete(keys: readonly string[]): Promise<readonly DeleteOutcome[]> {
    return this.#database.write((connection) => {
      for (const key of keys) deleteObject(connection, key);
      return keys.map((key) => ({ key }));
    });
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #page({ keyPrefix, pageToken, maxKeys = PAGE_OBJECTS }: ListPageRequest): ListPage {
    const limit = Math.min(maxKeys, PAGE_OBJECTS);
    const found = this.#database.read((connection) => listObjects(connection, keyPrefix, pageToken, limit + 1));
    const objects = found.slice(0, limit);
    const last = objects.at(-1);
    return { objects, ...(found.length > limit && last && { nextPageToken: last.key }) };
  }
}

function allows(current: ObjectHead | undefined, condition: WriteCondition | undefined): boolean {
  if (!condition) return true;
  if (condition.kind === 'create') return current === undefined;
  return current !== undefined && isSameVersion(current.version, condition.version);
}

function missing(): never {
  throw new StorageError({ kind: 'not_found', message: 'no object is stored under this path' });
}

function bodyOf(blocks: readonly Uint8Array[]): ClientBody {
  return {
    async *[Symbol.asyncIterator]() {
      yield* blocks;
    },
    cancel() {},
  };
}
