import type {
  AttemptContext,
  Capabilities,
  CopyRequest,
  DeleteOutcome,
  GetAnswer,
  GetRequest,
  KeyMapping,
  Listing,
  ObjectHead,
  ParallelMultipart,
  PutAnswer,
  PutRequest,
  RepositoryCreation,
  StorageClient,
  StorageInfo,
} from '@icechunk/storage-core';
import { S3Copy } from './copy.ts';
import { deleteObjects } from './delete.ts';
import { DirectWire } from './direct-wire.ts';
import { getObject, headObject } from './get.ts';
import { isAtRoot, s3Keys } from './keys.ts';
import { listPage } from './list.ts';
import { S3Multipart } from './multipart.ts';
import { putObject } from './put.ts';
import { refuseAfterClose } from './refuse-after-close.ts';
import type { S3Target } from './target.ts';
import type { S3Wire } from './wire.ts';

/** Limits of the store, which tests lower. */
export interface S3ClientLimits {
  /** The largest object that one request copies. Default 5 GiB. */
  readonly maxSingleCopyBytes?: number;
}

/**
 * The largest object that one request copies.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (5 GB, seen 2026-11)
 */
const maxSingleCopyBytes = 5 * 1024 ** 3;

/** Objects in a bucket of S3 or of a store that speaks its language. */
export class S3StorageClient implements StorageClient {
  readonly info: StorageInfo;
  readonly capabilities: Capabilities;
  readonly keys: KeyMapping;
  readonly repositoryCreation: RepositoryCreation;
  readonly retriesInside: boolean;
  readonly listing: Listing;
  readonly multipart: ParallelMultipart;
  readonly refreshCredentials?: (context: AttemptContext) => Promise<void>;
  readonly #target: S3Target;
  readonly #wire: S3Wire;
  readonly #copies: S3Copy;

  constructor(target: S3Target, limits: S3ClientLimits = {}) {
    this.#target = target;
    this.#wire = new DirectWire(target);
    this.#copies = new S3Copy(target, this.#wire, limits.maxSingleCopyBytes ?? maxSingleCopyBytes);
    this.info = target.info;
    this.keys = s3Keys(target, this.#wire);
    this.capabilities = capabilitiesOf(target);
    this.repositoryCreation = isAtRoot(target) ? 'refused_empty_prefix' : 'allowed';
    this.retriesInside = target.isCallersClient;
    this.listing = { kind: 'pages', page: (request, context) => listPage(target, request, context) };
    this.multipart = new S3Multipart(target);
    if (target.refresh) this.refreshCredentials = target.refresh;
  }

  get(request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
    return getObject(this.#wire, request, context);
  }

  head(key: string, context: AttemptContext): Promise<ObjectHead> {
    return headObject(this.#wire, key, context);
  }

  put(request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
    return putObject(this.#wire, request, context);
  }

  copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
    return this.#copies.copy(request, context);
  }

  delete(keys: readonly string[], context: AttemptContext): Promise<readonly DeleteOutcome[]> {
    return deleteObjects(this.#target, keys, context);
  }

  async close(): Promise<void> {
    if (this.#target.isCallersClient) return;
    refuseAfterClose(this.#target.sdk);
    this.#target.sdk.destroy();
  }
}

function capabilitiesOf({ dialect }: S3Target): Capabilities {
  return {
    conditionalCreate: true,
    conditionalUpdate: true,
    userMetadata: true,
    storageClasses: true,
    // An etag is a hash of the bytes, or of the hashes of the parts.
    contentEtags: true,
    // Promised by S3 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html, seen 2026-11), and by the
    // two others nowhere that was found.
    orderedList: dialect === 's3',
    caseSensitiveKeys: true,
    flatNamespace: true,
    maxDeleteBatch: 1_000,
  };
}
