import { checkContentType, checkMetadata } from './attributes.ts';
import { checkCreation, checkOptionNames } from './check-options.ts';
import type { StorageClient } from './client.ts';
import { systemClock } from './clock.ts';
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
import { copyObject } from './copy-object.ts';
import { deleteObjects } from './delete-objects.ts';
import { StorageError } from './errors.ts';
import { type EventListener, safeListener } from './events.ts';
import { getObject, getObjectConditional } from './get-object.ts';
import { checkPath, checkPrefix } from './key.ts';
import { listObjects, rootIsClean } from './list-objects.ts';
import type { Mechanics } from './mechanics.ts';
import { putObject } from './put-object.ts';
import { checkRange } from './range.ts';
import { type Operation, Runner } from './runner.ts';
import { type ResolvedSettings, resolveSettings, type StorageSettings } from './settings.ts';
import { storedKey } from './stored-key.ts';
import { isEmptyVersion, type VersionedUpdateResult, type VersionInfo, type WriteCondition } from './version.ts';

/** What {@link createStorage} takes beside the client. */
export interface CreateStorageOptions {
  /** `cloudDefaults` or `localDefaults`. */
  readonly defaults: ResolvedSettings;
  /** The user's settings, laid over the defaults. */
  readonly settings?: StorageSettings | undefined;
  /** Told of retries, renewals, dropped conditions, recovered writes and skipped names. Silent by default. */
  readonly onEvent?: EventListener | undefined;
  /** `true` makes every write reject with `read_only`. */
  readonly readOnly?: boolean | undefined;
}

/**
 * A complete {@link Storage} from a backend's client: the one place where paths are checked and ranges, pages, batches,
 * conditions, write-ids, retries, deadlines and read-back are put around it.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function createStorage(client: StorageClient, options: CreateStorageOptions): Storage {
  checkCreation(options);
  const settings = resolveSettings(options.defaults, options.settings);
  const emit = safeListener(options.onEvent);
  const runner = new Runner(client, settings, emit, systemClock);
  return new ComposedStorage({ client, settings, runner, emit }, options.readOnly ?? false);
}

const getOptions: readonly (keyof GetObjectOptions)[] = ['signal', 'range', 'splitRange'];
const putOptions: readonly (keyof PutObjectOptions)[] = ['signal', 'contentType', 'metadata', 'condition'];
const copyOptions: readonly (keyof CopyObjectOptions)[] = ['signal', 'version', 'contentType'];

type PathOperation = Operation & { readonly path: string };

class ComposedStorage implements Storage {
  readonly #mechanics: Mechanics;
  readonly #readOnly: boolean;
  #closing: Promise<void> | undefined;

  constructor(mechanics: Mechanics, readOnly: boolean) {
    this.#mechanics = mechanics;
    this.#readOnly = readOnly;
  }

  get info(): StorageInfo {
    return this.#mechanics.client.info;
  }

  toJSON(): Readonly<Record<string, string>> {
    const { backend, fields } = this.info;
    return { backend, ...fields };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): Readonly<Record<string, string>> {
    return this.toJSON();
  }

  get settings(): ResolvedSettings {
    return this.#mechanics.settings;
  }

  async canWrite(options: OperationOptions = {}): Promise<boolean> {
    this.#begin('canWrite', options);
    return !this.#readOnly;
  }

  async canCreateRepository(): Promise<RepositoryCreation> {
    this.#begin('canCreateRepository', {});
    return this.#mechanics.client.repositoryCreation ?? 'allowed';
  }

  async rootIsClean(options: OperationOptions = {}): Promise<boolean> {
    return await rootIsClean(this.#mechanics, this.#begin('rootIsClean', options));
  }

  async getObject(path: string, options: GetObjectOptions = {}): Promise<ObjectBody> {
    checkOptionNames(options, getOptions);
    const operation = this.#beginAt('getObject', path, options);
    if (options.range !== undefined) checkRange(options.range, path);
    return await getObject(this.#mechanics, operation, await storedKey(this.#mechanics, operation, path), options);
  }

  async getObjectConditional(
    path: string,
    version: VersionInfo | undefined,
    options: OperationOptions = {},
  ): Promise<GetModifiedResult> {
    const operation = this.#beginAt('getObjectConditional', path, options);
    return await getObjectConditional(
      this.#mechanics,
      operation,
      await storedKey(this.#mechanics, operation, path),
      version,
    );
  }

  async putObject(path: string, data: Uint8Array, options: PutObjectOptions = {}): Promise<VersionedUpdateResult> {
    checkOptionNames(options, putOptions);
    const operation = this.#beginAt('putObject', path, options);
    checkData(data);
    if (options.metadata) checkMetadata(options.metadata);
    if (options.contentType !== undefined) checkContentType(options.contentType);
    if (options.condition !== undefined) checkCondition(options.condition);
    this.#refuseReadOnly(operation);
    return await putObject(
      this.#mechanics,
      operation,
      await storedKey(this.#mechanics, operation, path),
      data,
      options,
    );
  }

  async copyObject(from: string, to: string, options: CopyObjectOptions = {}): Promise<VersionedUpdateResult> {
    checkOptionNames(options, copyOptions);
    checkPath(from, 'source');
    const operation = this.#beginAt('copyObject', to, options);
    // Taken for "no version" it would copy whatever is there.
    if (options.version !== undefined && !isObject(options.version)) throw invalid(`version ${takesVersion}`);
    if (options.contentType !== undefined) checkContentType(options.contentType);
    this.#refuseReadOnly(operation);
    const source = { path: from, key: await storedKey(this.#mechanics, operation, from) };
    const toKey = await storedKey(this.#mechanics, operation, to);
    return await copyObject(this.#mechanics, operation, source, toKey, options);
  }

  async *listObjects(prefix: string, options: OperationOptions = {}): AsyncGenerator<ListInfo> {
    const path = checkPrefix(prefix);
    const operation = this.#begin('listObjects', options, path);
    const { runner } = this.#mechanics;
    for await (const info of listObjects(this.#mechanics, operation, path)) {
      runner.refuseClosed(operation);
      yield info;
      // A page is in memory: nothing else would notice.
      operation.signal?.throwIfAborted();
    }
  }

  async deleteObjects(
    prefix: string,
    items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>,
    options: OperationOptions = {},
  ): Promise<DeleteObjectsResult> {
    const path = checkPrefix(prefix);
    checkItems(items);
    const operation = this.#begin('deleteObjects', options, path);
    this.#refuseReadOnly(operation);
    return await deleteObjects(this.#mechanics, operation, path, items);
  }

  async getObjectLastModified(path: string, options: OperationOptions = {}): Promise<Date> {
    const operation = this.#beginAt('getObjectLastModified', path, options);
    const { client, runner } = this.#mechanics;
    const key = await storedKey(this.#mechanics, operation, path);
    const { lastModified } = await runner.run(operation, (context) => client.head(key, context));
    if (lastModified) return lastModified;
    throw runner.explain(
      new StorageError({ kind: 'bad_response', message: 'the answer has no time of last change' }),
      operation,
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#mechanics.runner.close();
    await this.#mechanics.client.close?.();
  }

  #beginAt(name: string, path: string, options: OperationOptions): PathOperation {
    checkPath(path);
    return { ...this.#begin(name, options, path), path };
  }

  #begin(name: string, options: OperationOptions, path?: string): Operation {
    checkSignal(options);
    const { signal } = options;
    const operation = { name, ...(signal && { signal }), ...(path !== undefined && { path }) };
    this.#mechanics.runner.refuseClosed(operation);
    signal?.throwIfAborted();
    return operation;
  }

  #refuseReadOnly(operation: Operation): void {
    if (!this.#readOnly) return;
    const error = new StorageError({ kind: 'read_only', message: 'this storage was opened for reading only' });
    throw this.#mechanics.runner.explain(error, operation);
  }
}

// A controller in place of its signal is taken for one easily, and would abort nothing.
function checkSignal(options: OperationOptions): void {
  if (!isObject(options)) throw invalid('options takes an object');
  const { signal } = options;
  if (signal && typeof signal.throwIfAborted !== 'function') throw invalid('signal takes an AbortSignal');
}

function checkData(data: Uint8Array): void {
  if (!(data instanceof Uint8Array)) throw invalid('data takes a Uint8Array');
  // What was handed to another thread, or lay in a memory that grew, would be written as an empty object.
  if ((data.buffer as { readonly detached?: boolean }).detached) {
    throw invalid('data takes memory that is still there: its buffer was detached');
  }
  // Another thread could change shared memory between a checksum and the request. By its name, since a page that is not
  // isolated lacks the constructor, and can still have the memory of a WebAssembly module.
  if (Object.prototype.toString.call(data.buffer) === '[object SharedArrayBuffer]') {
    throw invalid('data takes private memory, and is a view on a SharedArrayBuffer: copy it first');
  }
}

function checkItems(items: Iterable<DeleteItem> | AsyncIterable<DeleteItem>): void {
  const isIterable =
    typeof items === 'object' && items !== null && (Symbol.iterator in items || Symbol.asyncIterator in items);
  if (!isIterable) throw invalid('items takes an iterable of { id, sizeBytes }');
}

const takesVersion = 'takes a version with an etag or a generation';

// Also what is falsy: taken for "no condition" it would overwrite whatever is there.
function checkCondition(condition: WriteCondition): void {
  if (!isObject(condition)) throw invalid("condition takes { kind: 'create' } or { kind: 'update', version }");
  if (condition.kind === 'create') return;
  if (condition.kind !== 'update') throw invalid("condition.kind takes 'create' or 'update'");
  if (!isObject(condition.version) || isEmptyVersion(condition.version)) {
    throw invalid(`condition.version ${takesVersion}`);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
