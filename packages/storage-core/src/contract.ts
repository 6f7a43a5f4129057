import type { ByteRange } from './range.ts';
import type { ResolvedSettings } from './settings.ts';
import type { VersionedUpdateResult, VersionInfo, WriteCondition } from './version.ts';

/** What every operation takes. */
export interface OperationOptions {
  /**
   * Ends the operation. Aborted before: no request is sent. Aborted on the way: the socket is released, and the target
   * holds the old object or the complete new one, never a part. The promise rejects with `signal.reason` as it is.
   */
  readonly signal?: AbortSignal;
}

/** Options of {@link Storage.getObject}. */
export interface GetObjectOptions extends OperationOptions {
  /** Bytes, half-open `[start, end)`; omit for the whole object. */
  readonly range?: ByteRange;
  /** `false` sends one request however large the range: for callers that split by themselves. Default `true`. */
  readonly splitRange?: boolean;
}

/**
 * An object's bytes on their way, with what its answer said of it.
 *
 * One of {@link ObjectBody.bytes | bytes} and {@link ObjectBody.stream | stream} may be used, once. A body that is not
 * wanted must be cancelled, or it holds its connection.
 */
export interface ObjectBody {
  /** The version of exactly these bytes, from the same response. */
  readonly version: VersionInfo;
  /** The size of the whole object, in bytes. */
  readonly sizeBytes: number;
  /** The bytes that this body carries, half-open, after clamping to the object's size. */
  readonly range: ByteRange;
  readonly lastModified?: Date;
  readonly contentType?: string;
  /** User metadata, names in lower case, without the entries that recover lost responses. */
  readonly metadata?: Readonly<Record<string, string>>;

  /**
   * All bytes in one array that belongs to the caller.
   *
   * @returns `byteLength === range.end - range.start`, always of one version.
   * @throws {@link StorageError} `changed_while_reading` where the object was replaced while a broken transfer was being
   * resumed; `bad_response` on a short body; `unavailable`, `timeout`; rethrows `signal.reason`.
   */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * The same bytes as they arrive, in order, with back-pressure. Errors as {@link ObjectBody.bytes}, through the stream.
   * Cancelling the stream releases the connection.
   */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;

  /** Releases the connection of a body that is not wanted. Safe to call at any time, any number of times. */
  cancel(): Promise<void>;
}

/** What {@link Storage.getObjectConditional} found. */
export type GetModifiedResult =
  | { readonly kind: 'modified'; readonly object: ObjectBody }
  | { readonly kind: 'on_latest_version' };

/** Options of {@link Storage.putObject}. */
export interface PutObjectOptions extends OperationOptions {
  readonly contentType?: string;
  /** Names are HTTP tokens in ASCII, unique whatever their case; values are printable ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Omit to replace whatever is there. */
  readonly condition?: WriteCondition;
}

/** Options of {@link Storage.copyObject}. */
export interface CopyObjectOptions extends OperationOptions {
  /** Copy only where the source still has this version. Omit to copy whatever is there. */
  readonly version?: VersionInfo;
  /** Replaces the source's content type; omit to keep it. */
  readonly contentType?: string;
}

/** One object in a listing. */
export interface ListInfo {
  /** Relative to the prefix that was asked for. */
  readonly id: string;
  /** When the object was last written. */
  readonly createdAt: Date;
  readonly sizeBytes: number;
}

/** An object to delete: `sizeBytes` is what its listing said, and is only added up. */
export interface DeleteItem {
  readonly id: string;
  readonly sizeBytes: number;
}

/** An object that could not be deleted, and why. */
export interface DeleteFailure {
  readonly id: string;
  readonly error: Error;
}

/** What {@link Storage.deleteObjects} did. */
export interface DeleteObjectsResult {
  /** Ids confirmed gone; an id that was absent counts, an id given twice counts once. */
  readonly deletedObjects: number;
  /** The sum of `sizeBytes` of the ids confirmed gone. */
  readonly deletedBytes: number;
  /** The ids that may still be there, each with its reason. */
  readonly failures: readonly DeleteFailure[];
}

/** What a storage says of itself, for display. Holds no secret. */
export interface StorageInfo {
  /** For example `S3`, `local filesystem`, `in-memory`. */
  readonly backend: string;
  /** For example `bucket`, `prefix`, `path`. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Whether a new repository may be made here: the root of a cloud bucket refuses. */
export type RepositoryCreation = 'allowed' | 'refused_empty_prefix';

/**
 * Where an Icechunk repository lives: objects of bytes under paths, with versions and conditional writes.
 *
 * The contract is that of the trait `Storage` in Icechunk's Rust engine, with its holes settled. Paths are relative to
 * the storage's prefix and separated by `/`: not empty, no `/` at either end, no empty, `.` or `..` segment, no control
 * character, no lone surrogate, at most 1,024 UTF-8 bytes with the prefix. Any other path rejects with `invalid_path`
 * before any I/O. Every operation rejects with a {@link StorageError}; expected outcomes are values.
 *
 * @see https://github.com/earth-mover/icechunk, `icechunk-storage/src/storage.rs` (seen 2026-11)
 */
export interface Storage {
  readonly info: StorageInfo;
  /** The settings in force, defaults filled in. */
  readonly settings: ResolvedSettings;

  /** False where every write rejects with `read_only` and sends nothing. */
  canWrite(options?: OperationOptions): Promise<boolean>;

  /** Whether a new repository may be made here. Asks the provider nothing. */
  canCreateRepository(): Promise<RepositoryCreation>;

  /** True where not one object is under the storage's prefix. Reads one entry at most. */
  rootIsClean(options?: OperationOptions): Promise<boolean>;

  /**
   * An object's bytes, or a range of them.
   *
   * A range larger than `idealConcurrentRequestSize` is asked for in parts, all of the first part's version; a change
   * under them starts the read anew, a bounded number of times. `start === end` is zero bytes of an existing object.
   *
   * @returns A body of `min(range.end, sizeBytes) - range.start` bytes, and their version.
   * @throws {@link StorageError} `not_found`, `invalid_range` (also where `start >= sizeBytes`),
   * `changed_while_reading`, `bad_response`, `unavailable`, `timeout`; rethrows `signal.reason`.
   */
  getObject(path: string, options?: GetObjectOptions): Promise<ObjectBody>;

  /**
   * An object, unless it still has the version that the caller knows.
   *
   * @param version Omit to be given the object in any case. A version that no provider hands out counts as another one.
   * @returns `on_latest_version` where the object has this version, and `modified` with the object otherwise.
   * @throws {@link StorageError} `not_found` with and without a version; else as {@link Storage.getObject}.
   */
  getObjectConditional(
    path: string,
    version: VersionInfo | undefined,
    options?: OperationOptions,
  ): Promise<GetModifiedResult>;

  /**
   * Writes an object whole: readers see the old one or the new one.
   *
   * Under a condition it is a compare-and-swap: of any number of writers with the same version one is `updated`. A lost
   * response is recovered by reading the object back, so that neither answer is ever made up.
   *
   * @param data Not kept after the promise settles. A view on shared memory is refused with `invalid_options`.
   * @throws {@link StorageError} `read_only`, `unsupported` (a condition that the backend cannot honour),
   * `permission_denied`, `outcome_unknown` (the write may have landed, and nothing can tell), `unavailable`, `timeout`;
   * rethrows `signal.reason`.
   */
  putObject(path: string, data: Uint8Array, options?: PutObjectOptions): Promise<VersionedUpdateResult>;

  /**
   * Copies an object on the provider's side, with its content type and metadata. The target is replaced.
   *
   * @returns The target's version, or `not_on_latest_version` where the source has another version than asked for.
   * @throws {@link StorageError} `not_found` where the source is missing; else as {@link Storage.putObject}.
   */
  copyObject(from: string, to: string, options?: CopyObjectOptions): Promise<VersionedUpdateResult>;

  /**
   * Every object under a prefix, each exactly once, in the byte order of the stored names where the backend can.
   *
   * The prefix is taken by whole segments: `foo` and `foo/` list `foo/bar` and neither `foobar` nor `foo`. Leaving the
   * loop stops the requests. A failure rejects: a listing never ends early as if it were complete.
   *
   * @param prefix A path that may be empty and may end in `/`.
   */
  listObjects(prefix: string, options?: OperationOptions): AsyncIterable<ListInfo>;

  /**
   * Deletes objects; one that is absent counts as deleted.
   *
   * @param prefix As in {@link Storage.listObjects}; ids are relative to it.
   * @returns What is gone, and every id that may not be. Rejects only where the call as a whole makes no sense or `items`
   * itself throws.
   */
  deleteObjects(
    prefix: string,
    items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>,
    options?: OperationOptions,
  ): Promise<DeleteObjectsResult>;

  /**
   * When the object was last written, by the provider's clock.
   *
   * @throws {@link StorageError} `not_found`.
   */
  getObjectLastModified(path: string, options?: OperationOptions): Promise<Date>;

  /**
   * Releases sockets and files. Calls that come later reject with `closed`, as do those under way that would need another
   * request; closing twice is no error.
   */
  close(): Promise<void>;
}
