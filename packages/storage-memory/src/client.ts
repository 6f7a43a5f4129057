import type {
  Capabilities,
  CopyRequest,
  DeleteOutcome,
  GetAnswer,
  GetRequest,
  Listing,
  ObjectHead,
  ParallelMultipart,
  PutAnswer,
  PutRequest,
  StorageClient,
  StorageInfo,
  SyncKeyMapping,
  VersionInfo,
} from '@icechunk/storage-core';
import { isSameVersion, rawKeys, StorageError } from '@icechunk/storage-core';
import { bodyOf } from './body.ts';
import type { InMemoryObjects, KeptObject } from './objects.ts';
import { InMemoryUploads } from './uploads.ts';

/** Keys on one page, as on S3. */
const PAGE_SIZE = 1_000;

/** The reference backend: every operation of the contract, each in one step, so that none can interleave. */
export class InMemoryClient implements StorageClient {
  readonly info: StorageInfo = { backend: 'in-memory', fields: {} };
  readonly keys: SyncKeyMapping = rawKeys();
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
  readonly multipart: ParallelMultipart;
  readonly listing: Listing;
  readonly #objects: InMemoryObjects;

  constructor(objects: InMemoryObjects) {
    this.#objects = objects;
    this.multipart = new InMemoryUploads(objects);
    this.listing = {
      kind: 'pages',
      page: async ({ keyPrefix, pageToken = '', maxKeys = PAGE_SIZE }) => {
        const limit = Math.min(maxKeys, PAGE_SIZE);
        const found = objects.list(keyPrefix, pageToken, limit + 1);
        const page = found.slice(0, limit);
        const last = page.at(-1);
        return { objects: page, ...(found.length > limit && last && { nextPageToken: last.key }) };
      },
    };
  }

  async get({ key, range, ifVersion, ifNotVersion }: GetRequest): Promise<GetAnswer> {
    const { data, ...head } = this.#find(key);
    if (ifVersion && !isSameVersion(head.version, ifVersion)) return { kind: 'changed' };
    if (ifNotVersion && isSameVersion(head.version, ifNotVersion)) return { kind: 'not_modified' };
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? data.byteLength, data.byteLength);
    if (range && start >= data.byteLength)
      throw new StorageError({ kind: 'invalid_range', message: `the object has ${data.byteLength} bytes` });
    return { kind: 'found', ...head, range: { start, end }, body: bodyOf(data.subarray(start, end)) };
  }

  async head(key: string): Promise<ObjectHead> {
    const { data: _, ...head } = this.#find(key);
    return head;
  }

  async put(request: PutRequest): Promise<PutAnswer> {
    return answer(this.#objects.put({ ...request, data: request.data.slice() }));
  }

  async copy({ fromKey, toKey, ifVersion, contentType }: CopyRequest): Promise<PutAnswer> {
    const { data, version, contentType: kept, metadata } = this.#find(fromKey);
    if (ifVersion && !isSameVersion(version, ifVersion)) return { kind: 'refused' };
    const type = contentType ?? kept;
    return answer(
      this.#objects.put({
        key: toKey,
        data,
        ...(metadata && { metadata }),
        ...(type !== undefined && { contentType: type }),
      }),
    );
  }

  async delete(keys: readonly string[]): Promise<readonly DeleteOutcome[]> {
    for (const key of keys) this.#objects.delete(key);
    return keys.map((key) => ({ key }));
  }

  #find(key: string): KeptObject {
    const object = this.#objects.get(key);
    // Copies of all that can be changed: what is handed out belongs to the caller.
    if (object)
      return {
        ...object,
        lastModified: new Date(object.lastModified),
        ...(object.metadata && { metadata: { ...object.metadata } }),
      };
    throw new StorageError({ kind: 'not_found', message: 'no object is stored under this path' });
  }
}

function answer(version: VersionInfo | undefined): PutAnswer {
  return version ? { kind: 'stored', version } : { kind: 'refused' };
}
