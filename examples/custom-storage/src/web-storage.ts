import {
  type CopyObjectOptions,
  type DeleteFailure,
  type DeleteItem,
  type DeleteObjectsResult,
  type GetModifiedResult,
  type GetObjectOptions,
  isSameVersion,
  type ListInfo,
  localDefaults,
  type ObjectBody,
  type OperationOptions,
  type PutObjectOptions,
  type RepositoryCreation,
  type ResolvedSettings,
  type Storage,
  StorageError,
  type StorageErrorKind,
  type StorageInfo,
  type VersionedUpdateResult,
  type VersionInfo,
  type WriteCondition,
} from '@icechunk/storage-core';
import { bodyOf } from './body.ts';
import {
  checkCondition,
  checkContentType,
  checkData,
  checkMetadata,
  checkPath,
  checkRange,
  clamp,
  pathOfPrefix,
} from './checks.ts';
import { decodeObject, encodeObject, type StoredObject } from './record.ts';

/** What is used of `localStorage` and `sessionStorage`. */
export type WebArea = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** Options of {@link webStorage}. */
export interface WebStorageOptions {
  /** What the names of all items begin with. */
  readonly prefix: string;
  readonly readOnly?: boolean;
  /** Default: `navigator.locks`, which all pages of an origin share. */
  readonly locks?: Pick<LockManager, 'request'>;
}

/**
 * A storage in the `localStorage` or `sessionStorage` of a page, safe for commits from several tabs: a read is one call, which nothing can
 * interrupt, and writes hold a lock of the Web Locks API.
 *
 * @see https://html.spec.whatwg.org/multipage/webstorage.html (seen 2026-11)
 * @see https://w3c.github.io/web-locks/ (seen 2026-11)
 */
export function webStorage(area: WebArea, options: WebStorageOptions): Storage {
  return new WebStorage(area, options);
}

class WebStorage implements Storage {
  readonly info: StorageInfo;
  readonly settings: ResolvedSettings = localDefaults;
  readonly #area: WebArea;
  readonly #root: string;
  readonly #readOnly: boolean;
  readonly #locks: Pick<LockManager, 'request'>;
  #closed = false;

  constructor(area: WebArea, { prefix, readOnly = false, locks = navigator.locks }: WebStorageOptions) {
    this.info = { backend: 'Web Storage', fields: { prefix } };
    this.#area = area;
    this.#root = prefix;
    this.#readOnly = readOnly;
    this.#locks = locks;
  }

  async canWrite(options: OperationOptions = {}): Promise<boolean> {
    this.#begin(options);
    return !this.#readOnly;
  }

  async canCreateRepository(): Promise<RepositoryCreation> {
    this.#begin({});
    return 'allowed';
  }

  async rootIsClean(options: OperationOptions = {}): Promise<boolean> {
    this.#begin(options);
    return this.#keysUnder('').length === 0;
  }

  async getObject(path: string, { range, signal }: GetObjectOptions = {}): Promise<ObjectBody> {
    this.#begin({ signal }, path);
    if (range) checkRange(range, path);
    const object = this.#find(path);
    return bodyOf(object, clamp(range, object.bytes.byteLength, path), signal);
  }

  async getObjectConditional(
    path: string,
    version: VersionInfo | undefined,
    options: OperationOptions = {},
  ): Promise<GetModifiedResult> {
    const object = await this.getObject(path, options);
    if (version && isSameVersion(version, object.version)) return { kind: 'on_latest_version' };
    return { kind: 'modified', object };
  }

  async putObject(path: string, data: Uint8Array, options: PutObjectOptions = {}): Promise<VersionedUpdateResult> {
    const { contentType, metadata = {}, condition, signal } = options;
    this.#begin({ signal }, path);
    checkData(data);
    checkMetadata(metadata);
    if (contentType !== undefined) checkContentType(contentType);
    if (condition) checkCondition(condition);
    // Taken now: the caller may change it while others hold the lock.
    const object = { bytes: data.slice(), metadata, ...(contentType !== undefined && { contentType }) };
    return await this.#write(path, signal, () => {
      if (!allows(this.#read(path), condition)) return { kind: 'not_on_latest_version' };
      return this.#replace(path, object);
    });
  }

  async copyObject(from: string, to: string, options: CopyObjectOptions = {}): Promise<VersionedUpdateResult> {
    const { version, contentType, signal } = options;
    checkPath(from, this.#root);
    if (contentType !== undefined) checkContentType(contentType);
    this.#begin({ signal }, to);
    return await this.#write(to, signal, () => {
      const source = this.#find(from);
      if (version && !isSameVersion(version, source.version)) return { kind: 'not_on_latest_version' };
      return this.#replace(to, { ...source, ...(contentType !== undefined && { contentType }) });
    });
  }

  async *listObjects(prefix: string, { signal }: OperationOptions = {}): AsyncGenerator<ListInfo> {
    const path = pathOfPrefix(prefix, this.#root);
    this.#begin({ signal });
    for (const id of this.#keysUnder(path)) {
      this.#begin({ signal });
      const object = this.#read(join(path, id));
      // Deleted since the keys were read.
      if (object) yield { id, createdAt: new Date(object.writtenMs), sizeBytes: object.bytes.byteLength };
    }
  }

  async deleteObjects(
    prefix: string,
    items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>,
    { signal }: OperationOptions = {},
  ): Promise<DeleteObjectsResult> {
    const path = pathOfPrefix(prefix, this.#root);
    this.#begin({ signal });
    this.#refuseReadOnly(path);
    const gone = new Map<string, number>();
    const failures: DeleteFailure[] = [];
    for await (const { id, sizeBytes } of items) {
      try {
        checkPath(join(path, id), this.#root);
        await this.#write(join(path, id), signal, () => this.#area.removeItem(this.#keyOf(join(path, id))));
        if (!gone.has(id)) gone.set(id, sizeBytes);
      } catch (err) {
        signal?.throwIfAborted();
        failures.push({ id, error: err as Error });
      }
    }
    const deletedBytes = [...gone.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    return { deletedObjects: gone.size, deletedBytes, failures };
  }

  async getObjectLastModified(path: string, options: OperationOptions = {}): Promise<Date> {
    this.#begin(options, path);
    return new Date(this.#find(path).writtenMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #begin({ signal }: { readonly signal?: AbortSignal | undefined }, path?: string): void {
    if (path !== undefined) checkPath(path, this.#root);
    if (this.#closed) throw this.#error('closed', 'the storage was closed', path);
    signal?.throwIfAborted();
  }

  #refuseReadOnly(path: string): void {
    if (this.#readOnly) throw this.#error('read_only', 'this storage was opened for reading only', path);
  }

  /** Runs `work` while no other tab writes. */
  async #write<T>(path: string, signal: AbortSignal | undefined, work: () => T): Promise<Awaited<T>> {
    this.#refuseReadOnly(path);
    // Async, since Node 24 keeps a lock for ever whose holder throws before it gives a promise.
    return await this.#locks.request(`icechunk ${this.#root}`, { ...(signal && { signal }) }, async () => await work());
  }

  #replace(path: string, object: Omit<StoredObject, 'version' | 'writtenMs'>): VersionedUpdateResult {
    const metadata = Object.fromEntries(
      Object.entries(object.metadata).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const newVersion = { etag: `"${crypto.randomUUID()}"` };
    const stored = { ...object, metadata, version: newVersion, writtenMs: Date.now() };
    try {
      this.#area.setItem(this.#keyOf(path), encodeObject(stored));
    } catch (err) {
      // The one failure that the standard knows: the quota, of 5 MB or so. What was there stays.
      throw this.#error('unavailable', 'the area is full', path, err);
    }
    return { kind: 'updated', newVersion };
  }

  #find(path: string): StoredObject {
    const object = this.#read(path);
    if (!object) throw this.#error('not_found', 'no object is stored under this path', path);
    return object;
  }

  #read(path: string): StoredObject | undefined {
    const text = this.#area.getItem(this.#keyOf(path));
    return text === null ? undefined : decodeObject(text);
  }

  /** Ids relative to the path, in whatever order the area has. */
  #keysUnder(path: string): string[] {
    const start = path === '' ? `${this.#root}/` : `${this.#root}/${path}/`;
    const keys = Array.from({ length: this.#area.length }, (_, index) => this.#area.key(index) ?? '');
    return keys.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  }

  #keyOf(path: string): string {
    return `${this.#root}/${path}`;
  }

  #error(kind: StorageErrorKind, message: string, path?: string, cause?: unknown): StorageError {
    const { backend } = this.info;
    return new StorageError({ kind, message, retry: 'no', backend, cause, ...(path !== undefined && { path }) });
  }
}

function allows(current: StoredObject | undefined, condition: WriteCondition | undefined): boolean {
  if (!condition) return true;
  if (condition.kind === 'create') return current === undefined;
  return current !== undefined && isSameVersion(current.version, condition.version);
}

function join(path: string, id: string): string {
  return path === '' ? id : `${path}/${id}`;
}
