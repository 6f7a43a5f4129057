import type {
  CopyObjectOptions,
  DeleteItem,
  DeleteObjectsResult,
  GetModifiedResult,
  GetObjectOptions,
  ListInfo,
  ObjectBody,
  OperationOptions,
  PutObjectOptions,
  RepositoryCreation,
  Storage,
  StorageInfo,
} from './contract.ts';
import { checkPath, checkPrefix } from './key.ts';
import type { ResolvedSettings } from './settings.ts';
import type { VersionedUpdateResult, VersionInfo } from './version.ts';

/**
 * The part of a storage that lies under a prefix, as a storage of its own: every path is relative to the prefix.
 *
 * Closing it closes the storage around it. Prefixes nest: `withPrefix(withPrefix(s, 'a'), 'b')` is `withPrefix(s, 'a/b')`.
 *
 * @param prefix A path that may end in `/`; empty or `/` gives the storage itself.
 * @throws {@link StorageError} `invalid_path`, before any I/O.
 */
export function withPrefix(storage: Storage, prefix: string): Storage {
  const root = checkPrefix(prefix);
  return root === '' ? storage : new PrefixedStorage(storage, root);
}

class PrefixedStorage implements Storage {
  readonly #storage: Storage;
  readonly #root: string;

  constructor(storage: Storage, root: string) {
    this.#storage = storage;
    this.#root = root;
  }

  get info(): StorageInfo {
    const { backend, fields } = this.#storage.info;
    return { backend, fields: { ...fields, prefix: [fields['prefix'], this.#root].filter(Boolean).join('/') } };
  }

  get settings(): ResolvedSettings {
    return this.#storage.settings;
  }

  canWrite(options?: OperationOptions): Promise<boolean> {
    return this.#storage.canWrite(options);
  }

  /** Allowed: below a prefix is never a bucket's root. */
  async canCreateRepository(): Promise<RepositoryCreation> {
    // Asked all the same, since a closed storage must say so.
    await this.#storage.canCreateRepository();
    return 'allowed';
  }

  async rootIsClean(options?: OperationOptions): Promise<boolean> {
    for await (const _ of this.listObjects('', options)) return false;
    return true;
  }

  async getObject(path: string, options?: GetObjectOptions): Promise<ObjectBody> {
    return await this.#storage.getObject(this.#join(path), options);
  }

  async getObjectConditional(
    path: string,
    version: VersionInfo | undefined,
    options?: OperationOptions,
  ): Promise<GetModifiedResult> {
    return await this.#storage.getObjectConditional(this.#join(path), version, options);
  }

  async putObject(path: string, data: Uint8Array, options?: PutObjectOptions): Promise<VersionedUpdateResult> {
    return await this.#storage.putObject(this.#join(path), data, options);
  }

  async copyObject(from: string, to: string, options?: CopyObjectOptions): Promise<VersionedUpdateResult> {
    return await this.#storage.copyObject(this.#join(from), this.#join(to), options);
  }

  async *listObjects(prefix: string, options?: OperationOptions): AsyncGenerator<ListInfo> {
    yield* this.#storage.listObjects(this.#joinPrefix(prefix), options);
  }

  async deleteObjects(
    prefix: string,
    items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>,
    options?: OperationOptions,
  ): Promise<DeleteObjectsResult> {
    return await this.#storage.deleteObjects(this.#joinPrefix(prefix), items, options);
  }

  async getObjectLastModified(path: string, options?: OperationOptions): Promise<Date> {
    return await this.#storage.getObjectLastModified(this.#join(path), options);
  }

  close(): Promise<void> {
    return this.#storage.close();
  }

  // Checked before the join: joined, an empty path or one with a leading slash could name another object.
  #join(path: string): string {
    checkPath(path);
    return `${this.#root}/${path}`;
  }

  #joinPrefix(prefix: string): string {
    const path = checkPrefix(prefix);
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }
}
