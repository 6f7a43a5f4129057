import type {
  AttemptContext,
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
  RepositoryCreation,
  StorageClient,
  StorageInfo,
  SyncKeyMapping,
} from '@icechunk/storage-core';
import type { BlobPlace } from './blob-wire.ts';
import { BlockUploads } from './blocks.ts';
import { copyBlob } from './copy.ts';
import { deleteBlobs } from './delete.ts';
import { errorFromAzure } from './errors.ts';
import { headBlob, readBlob } from './get.ts';
import { azureKeys } from './keys.ts';
import { listPage } from './list.ts';
import { putBlob } from './put.ts';
import { SdkWire } from './sdk-wire.ts';
import type { AzureTarget } from './target.ts';

const capabilities: Capabilities = {
  conditionalCreate: true,
  conditionalUpdate: true,
  userMetadata: true,
  storageClasses: true,
  contentEtags: false,
  // With a hierarchical namespace `a/b` comes before `a-b` (Azure/azure-sdk-for-go#24210, seen 2026-11), and nothing tells whether an
  // account has one. All others list in the order of bytes.
  orderedList: false,
  caseSensitiveKeys: true,
  flatNamespace: true,
  maxDeleteBatch: 256,
};

/** Objects as block blobs of one container. */
export class AzureStorageClient implements StorageClient {
  readonly info: StorageInfo;
  readonly capabilities: Capabilities = capabilities;
  readonly keys: SyncKeyMapping;
  readonly repositoryCreation: RepositoryCreation;
  readonly retriesInside: boolean;
  readonly listing: Listing;
  readonly multipart: ParallelMultipart;
  declare readonly refreshCredentials?: (context: AttemptContext) => Promise<void>;
  readonly #target: AzureTarget;
  readonly #place: BlobPlace;

  /** @throws {@link StorageError} `invalid_options` for a prefix that cannot be. */
  constructor(target: AzureTarget) {
    const { container, info, prefix, refresh, isCallersClient } = target;
    this.#target = target;
    this.#place = { container, wire: target.wire ?? new SdkWire(container) };
    this.info = info;
    this.keys = azureKeys(prefix);
    this.repositoryCreation = this.keys.toKeyPrefix('') === '' ? 'refused_empty_prefix' : 'allowed';
    this.retriesInside = isCallersClient;
    this.listing = { kind: 'pages', page: (request, context) => listPage(container, request, context) };
    this.multipart = new BlockUploads(container);
    if (refresh) this.refreshCredentials = refresh;
  }

  get(request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
    return readBlob(this.#place, request, context);
  }

  async head(key: string, context: AttemptContext): Promise<ObjectHead> {
    try {
      return await headBlob(this.#place.wire, key, context);
    } catch (err) {
      throw errorFromAzure(err, this.#target.container);
    }
  }

  put(request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
    return putBlob(this.#place, request, context);
  }

  copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
    return copyBlob(this.#target, request, context);
  }

  delete(keys: readonly string[], context: AttemptContext): Promise<readonly DeleteOutcome[]> {
    return deleteBlobs(this.#target.container, keys, context);
  }

  async close(): Promise<void> {
    if (!this.#target.isCallersClient) await this.#target.close();
  }
}
