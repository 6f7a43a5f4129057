import type { RepositoryCreation, StorageInfo } from './contract.ts';
import type { ByteRange } from './range.ts';
import type { VersionInfo, WriteCondition } from './version.ts';

/** What each attempt is given. */
export interface AttemptContext {
  /** The caller's signal and every deadline in one: the client must stop, and release its socket, when it fires. */
  readonly signal: AbortSignal;
}

/**
 * How paths are stored. `path` is relative to the storage's prefix, `key` is what the provider sees.
 *
 * `rawKeys` and `objectStoreKeys` in core make both forms that Icechunk's clients use.
 */
export interface KeyMapping {
  /** The key of a path that core has checked. May ask the provider, once, how its keys are laid out. */
  toKey(path: string): string | Promise<string>;
  /** What the keys of all objects under a path begin with: ends in `/`, or is empty for a root. */
  toKeyPrefix(path: string): string | Promise<string>;
  /** The path of a stored key; undefined where the key was not written by an Icechunk client. */
  toPath(key: string): string | undefined;
}

/** Bytes on their way from a provider. Iterating it a second time need not work. */
export interface ClientBody extends AsyncIterable<Uint8Array> {
  /**
   * Fills `target` from its start and says how many bytes came: for clients that can spare a copy. Fewer bytes than
   * `target` holds means that the body ended; core takes it for a short body.
   *
   * Used only where `networkStreamTimeoutMs` is 0: core cannot see from outside whether bytes still come.
   */
  readInto?(target: Uint8Array): Promise<number>;
  /**
   * Memory for all of a body's bytes, from clients that know of some that need not be zeroed first. Core gives it away
   * only once every byte of it is written.
   */
  allocate?(sizeBytes: number): Uint8Array<ArrayBuffer>;
  /** Releases the connection, whether or not the body was read, and ends a read that waits. What it throws is ignored. */
  cancel(): void | Promise<void>;
}

/** A get as the provider is to be asked: a range has bytes in it, and at most one of the conditions is given. */
export interface GetRequest {
  readonly key: string;
  readonly range?: ByteRange;
  /** Answer only where the object has this version, else `changed`. */
  readonly ifVersion?: VersionInfo;
  /** Answer `not_modified` where the object has this version. */
  readonly ifNotVersion?: VersionInfo;
}

/** What a provider says of an object. */
export interface ObjectHead {
  readonly version: VersionInfo;
  /** The size of the whole object, in bytes. */
  readonly sizeBytes: number;
  readonly lastModified?: Date;
  readonly contentType?: string;
  /** User metadata, names in lower case. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** An answer to a get. `range` is what the body really holds, which may be more than was asked for. */
export type GetAnswer =
  | (ObjectHead & { readonly kind: 'found'; readonly range: ByteRange; readonly body: ClientBody })
  | { readonly kind: 'not_modified' }
  | { readonly kind: 'changed' };

/** What a put writes beside its bytes. */
export interface ObjectAttributes {
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly storageClass?: string;
}

/** A put in one request. */
export interface PutRequest extends ObjectAttributes {
  readonly key: string;
  readonly data: Uint8Array;
  readonly condition?: WriteCondition;
}

/** An answer to a write: `refused` where its condition did not hold. */
export type PutAnswer = { readonly kind: 'stored'; readonly version: VersionInfo } | { readonly kind: 'refused' };

/** A copy on the provider's side, however many requests it takes. What is not given is kept from the source. */
export interface CopyRequest {
  readonly fromKey: string;
  readonly toKey: string;
  /** Answer `refused` where the source has another version. */
  readonly ifVersion?: VersionInfo;
  readonly contentType?: string;
  readonly storageClass?: string;
}

/** One object as a provider lists it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly createdAt: Date;
}

/** For one page of a listing. */
export interface ListPageRequest {
  readonly keyPrefix: string;
  readonly pageToken?: string;
  /** Set where fewer objects than a page are wanted. */
  readonly maxKeys?: number;
}

/** One page: a token is there exactly where more pages are. */
export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly nextPageToken?: string;
}

/** How a client lists: page by page, each of which core may retry, or in one stream, which it may not. */
export type Listing =
  | {
      readonly kind: 'pages';
      /** The first page of a listing, or the one that a token stands for. */
      page(request: ListPageRequest, context: AttemptContext): Promise<ListPage>;
    }
  | {
      readonly kind: 'stream';
      /** Every object whose key begins with the prefix, once. Leaving the loop frees what the stream holds. */
      objects(keyPrefix: string, context: AttemptContext): AsyncIterable<ListedObject>;
    };

/** What became of one key of a delete: without an error it is gone, or was never there. */
export interface DeleteOutcome {
  readonly key: string;
  readonly error?: Error;
}

/** One part of an upload that the provider has taken. */
export interface PartReceipt {
  /** Counted from 1. */
  readonly partNumber: number;
  readonly etag: string;
}

/** An upload in parts that may be sent at once and in any order; core cuts, schedules and retries them. */
export interface ParallelMultipart {
  readonly kind: 'parallel';
  readonly minPartSizeBytes: number;
  readonly maxParts: number;
  /** @returns The upload's id. */
  start(request: Omit<PutRequest, 'data' | 'condition'>, context: AttemptContext): Promise<string>;
  /** Uploads one part; sent again under its number, it replaces what came before. */
  uploadPart(
    request: {
      readonly key: string;
      readonly uploadId: string;
      readonly partNumber: number;
      readonly data: Uint8Array;
    },
    context: AttemptContext,
  ): Promise<PartReceipt>;
  /** Makes the object of its parts, under the condition if there is one. */
  complete(
    request: Omit<PutRequest, 'data'> & { readonly uploadId: string; readonly parts: readonly PartReceipt[] },
    context: AttemptContext,
  ): Promise<PutAnswer>;
  /** Frees what was uploaded; an upload that is gone is no error. */
  abort(request: { readonly key: string; readonly uploadId: string }, context: AttemptContext): Promise<void>;
}

/** How far a sequential upload has come: so many bytes from its start, or the end of it. */
export type UploadProgress = { readonly kind: 'committed'; readonly sizeBytes: number } | PutAnswer;

/**
 * An upload that the provider takes from its first byte to its last, and of which it can be asked how far it came; core cuts it,
 * and after a failure asks before it goes on.
 *
 * A call that fails with `not_found` says that the upload is no more there: core then begins a new one.
 */
export interface SequentialMultipart {
  readonly kind: 'sequential';
  /** Every part but the last is a multiple of it. */
  readonly partUnitBytes: number;
  /**
   * Begins an upload under the condition, if there is one, which the provider holds to the end.
   *
   * @returns The upload's id, or `refused` where the provider says so at once. The id may be a secret: core shows it nowhere.
   */
  start(
    request: Omit<PutRequest, 'data'> & { readonly sizeBytes: number },
    context: AttemptContext,
  ): Promise<{ readonly kind: 'started'; readonly uploadId: string } | { readonly kind: 'refused' }>;
  /** Sends bytes from `offset` on. The object is there, whole, once the last of `sizeBytes` is. */
  send(
    request: {
      readonly key: string;
      readonly uploadId: string;
      readonly offset: number;
      readonly data: Uint8Array;
      /** Of the whole object. */
      readonly sizeBytes: number;
    },
    context: AttemptContext,
  ): Promise<UploadProgress>;
  /** How far the upload came, whatever became of the answers. */
  ask(
    request: { readonly key: string; readonly uploadId: string; readonly sizeBytes: number },
    context: AttemptContext,
  ): Promise<UploadProgress>;
  /** Frees what was uploaded; an upload that is gone is no error. */
  abort(request: { readonly key: string; readonly uploadId: string }, context: AttemptContext): Promise<void>;
}

/** What a backend can do. Core refuses the rest with `unsupported`, and the conformance suite skips it by name. */
export interface Capabilities {
  /** A put of kind `create` is atomic. */
  readonly conditionalCreate: boolean;
  /** A put of kind `update` is atomic. */
  readonly conditionalUpdate: boolean;
  /** Content type and user metadata are stored and given back. */
  readonly userMetadata: boolean;
  readonly storageClasses: boolean;
  /** Equal bytes have equal versions, so that A, B, A brings the first version back. */
  readonly contentEtags: boolean;
  /** Listings are in the byte order of stored keys. */
  readonly orderedList: boolean;
  readonly caseSensitiveKeys: boolean;
  /** `a` and `a/b` can both be objects. */
  readonly flatNamespace: boolean;
  /** Keys that one delete takes. */
  readonly maxDeleteBatch: number;
}

/**
 * What a backend writes: its provider's operations, with requests, answers and errors translated and nothing else.
 *
 * Nothing is retried, split, paged or timed here: core does that for every backend alike. Failures are
 * {@link StorageError}s with a `retry` advice; an outcome that a condition brings about is a value. A missing object is
 * `not_found`. What fails by `context.signal` may throw anything.
 */
export interface StorageClient {
  readonly info: StorageInfo;
  readonly capabilities: Capabilities;
  readonly keys: KeyMapping;
  /** Default `allowed`. */
  readonly repositoryCreation?: RepositoryCreation;
  /** True where the client retries by itself (a caller's own SDK client): core then makes one attempt. Default `false`. */
  readonly retriesInside?: boolean;

  /** Asks for an object's bytes; settles with the head of the answer, before the body is read. */
  get(request: GetRequest, context: AttemptContext): Promise<GetAnswer>;
  /** What a get would say of an object, without its bytes. */
  head(key: string, context: AttemptContext): Promise<ObjectHead>;
  /** Writes an object whole, under the condition if there is one. */
  put(request: PutRequest, context: AttemptContext): Promise<PutAnswer>;
  /** Copies an object without its bytes passing through here; settles when the target is complete. */
  copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer>;
  readonly listing: Listing;
  /** At most `maxDeleteBatch` keys. @returns One outcome for each key. */
  delete(keys: readonly string[], context: AttemptContext): Promise<readonly DeleteOutcome[]>;
  readonly multipart?: ParallelMultipart | SequentialMultipart;
  /** Replaces a credential that the provider refused. Called once for an operation. */
  refreshCredentials?(context: AttemptContext): Promise<void>;
  /** Releases sockets and files. Called once; no request is begun afterwards, while some may still be under way. */
  close?(): Promise<void>;
}
