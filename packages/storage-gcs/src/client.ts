import {
  type AttemptContext,
  type Capabilities,
  type CopyRequest,
  type DeleteOutcome,
  type GetAnswer,
  type GetRequest,
  type Listing,
  type ObjectHead,
  objectStoreKeys,
  type PutAnswer,
  type PutRequest,
  type RepositoryCreation,
  type SequentialMultipart,
  type StorageClient,
  type StorageInfo,
  type SyncKeyMapping,
} from '@icechunk/storage-core';
import { copyObject } from './copy.ts';
import { deleteObjects, MAX_DELETE_BATCH } from './delete.ts';
import { getObject, headObject } from './get.ts';
import { GcsHttp } from './http.ts';
import { listPage } from './list.ts';
import { putObject } from './put.ts';
import type { GcsTarget } from './target.ts';
import { GcsResumableUploads } from './upload.ts';

/** Google Cloud Storage through its JSON API: versions are generations, large objects are resumable uploads. */
export class GcsStorageClient implements StorageClient {
  readonly info: StorageInfo;
  readonly keys: SyncKeyMapping;
  readonly capabilities: Capabilities = {
    conditionalCreate: true,
    conditionalUpdate: true,
    userMetadata: true,
    storageClasses: true,
    contentEtags: false,
    orderedList: true,
    caseSensitiveKeys: true,
    flatNamespace: true,
    maxDeleteBatch: MAX_DELETE_BATCH,
  };
  readonly repositoryCreation: RepositoryCreation;
  readonly listing: Listing;
  readonly multipart: SequentialMultipart;
  declare readonly refreshCredentials?: (context: AttemptContext) => Promise<void>;
  readonly #target: GcsTarget;
  readonly #http: GcsHttp;

  constructor(target: GcsTarget) {
    const http = new GcsHttp(target);
    this.#target = target;
    this.#http = http;
    this.info = target.info;
    this.keys = objectStoreKeys(target.prefix);
    this.repositoryCreation = this.keys.toKeyPrefix('') === '' ? 'refused_empty_prefix' : 'allowed';
    this.listing = { kind: 'pages', page: (request, context) => listPage(http, request, context) };
    this.multipart = new GcsResumableUploads(http);
    if (target.authorization.refresh) this.refreshCredentials = (context) => http.refresh(context);
  }

  get(request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
    return getObject(this.#http, request, context);
  }

  head(key: string, context: AttemptContext): Promise<ObjectHead> {
    return headObject(this.#http, key, context);
  }

  put(request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
    return putObject(this.#http, request, context);
  }

  copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
    return copyObject(this.#http, request, context);
  }

  delete(keys: readonly string[], context: AttemptContext): Promise<readonly DeleteOutcome[]> {
    return deleteObjects(this.#http, keys, context);
  }

  /** Idle connections end at once, those in use with what is under way: nobody waits for a body that is never read. */
  async close(): Promise<void> {
    this.#target.dispatcher.close().catch(() => {});
  }
}
