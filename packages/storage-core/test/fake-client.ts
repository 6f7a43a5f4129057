import type {
  AttemptContext,
  Capabilities,
  ClientBody,
  GetAnswer,
  GetRequest,
  Listing,
  ObjectHead,
  ParallelMultipart,
  PutRequest,
  StorageClient,
} from '../src/client.ts';
import {
  cloudDefaults,
  createStorage,
  type Storage,
  StorageError,
  type StorageEvent,
  type StorageSettings,
} from '../src/index.ts';
import { rawKeys } from '../src/key-mapping.ts';
import { isSameVersion } from '../src/version.ts';

type Verb =
  | 'get'
  | 'head'
  | 'put'
  | 'copy'
  | 'delete'
  | 'page'
  | 'start'
  | 'uploadPart'
  | 'complete'
  | 'abort'
  | 'refresh';
/** Stands in for one call of a verb: may call `proceed`, fail before or after it, or answer by itself. */
type Script = (proceed: () => Promise<unknown>, context: AttemptContext, request: unknown) => Promise<unknown>;

/** A client over a map whose calls are counted, and can be scripted one by one. */
export class FakeClient implements StorageClient {
  readonly info = { backend: 'fake', fields: { bucket: 'b' } };
  readonly keys = rawKeys('p');
  capabilities: Capabilities = {
    conditionalCreate: true,
    conditionalUpdate: true,
    userMetadata: true,
    storageClasses: true,
    contentEtags: false,
    orderedList: true,
    caseSensitiveKeys: true,
    flatNamespace: true,
    maxDeleteBatch: 3,
  };
  retriesInside = false;
  chunkSizeBytes = 1024;
  pageSize = 2;
  readonly objects = new Map<string, ObjectHead & { data: Uint8Array; storageClass?: string }>();
  readonly uploads = new Map<string, Map<number, Uint8Array>>();
  readonly calls: { verb: Verb; request: unknown }[] = [];
  readonly #scripts = new Map<Verb, Script[]>();
  openBodies = 0;
  #writes = 0;

  /** The next calls of `verb`, in order, run these instead. */
  script(verb: Verb, ...scripts: Script[]): void {
    this.#scripts.set(verb, [...(this.#scripts.get(verb) ?? []), ...scripts]);
  }

  count(verb: Verb): number {
    return this.calls.filter((call) => call.verb === verb).length;
  }

  requests<T>(verb: Verb): T[] {
    return this.calls.filter((call) => call.verb === verb).map((call) => call.request as T);
  }

  async get(request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
    return this.#run('get', request, context, async () => {
      const { data, storageClass: _, ...head } = this.#find(request.key);
      if (request.ifVersion && !isSameVersion(head.version, request.ifVersion)) return { kind: 'changed' };
      if (request.ifNotVersion && isSameVersion(head.version, request.ifNotVersion)) return { kind: 'not_modified' };
      const start = request.range?.start ?? 0;
      if (request.range && start >= data.byteLength)
        throw new StorageError({ kind: 'invalid_range', message: 'past the end' });
      const end = Math.min(request.range?.end ?? data.byteLength, data.byteLength);
      return { kind: 'found', ...head, range: { start, end }, body: this.body(data.subarray(start, end)) };
    });
  }

  /** A body in chunks that counts whether it is released; `breakAfter` bytes it fails. */
  body(bytes: Uint8Array, breakAfter = Number.POSITIVE_INFINITY, failure: unknown = reset()): ClientBody {
    this.openBodies++;
    let open = true;
    const size = this.chunkSizeBytes;
    return {
      async *[Symbol.asyncIterator]() {
        for (let offset = 0; offset < bytes.byteLength; offset += size) {
          if (offset >= breakAfter) throw failure;
          yield bytes.slice(offset, Math.min(offset + size, breakAfter));
        }
        if (breakAfter < bytes.byteLength) throw failure;
      },
      cancel: () => {
        if (open) this.openBodies--;
        open = false;
      },
    };
  }

  async head(key: string, context: AttemptContext): Promise<ObjectHead> {
    return this.#run('head', key, context, async () => {
      const { data: _, storageClass: __, ...head } = this.#find(key);
      return head;
    });
  }

  async put(request: PutRequest, context: AttemptContext) {
    return this.#run('put', request, context, async () => this.store(request));
  }

  store({ key, data, condition, contentType, metadata, storageClass }: PutRequest) {
    const current = this.objects.get(key);
    if (condition?.kind === 'create' && current) return { kind: 'refused' as const };
    if (condition?.kind === 'update' && !(current && isSameVersion(current.version, condition.version)))
      return { kind: 'refused' as const };
    const version = { etag: `"e${++this.#writes}"` };
    const attributes = { ...(contentType && { contentType }), ...(storageClass && { storageClass }) };
    const kept = this.capabilities.userMetadata ? { metadata: metadata ?? {} } : {};
    const lastModified = new Date(1_700_000_000_000 + this.#writes);
    this.objects.set(key, {
      version,
      sizeBytes: data.byteLength,
      lastModified,
      data: data.slice(),
      ...attributes,
      ...kept,
    });
    return { kind: 'stored' as const, version };
  }

  async copy(request: Parameters<StorageClient['copy']>[0], context: AttemptContext) {
    return this.#run('copy', request, context, async () => {
      const source = this.#find(request.fromKey);
      if (request.ifVersion && !isSameVersion(source.version, request.ifVersion)) return { kind: 'refused' as const };
      const { data, metadata, contentType } = source;
      return this.store({
        key: request.toKey,
        data,
        ...(metadata && { metadata }),
        ...(contentType && { contentType }),
        ...request,
      });
    });
  }

  async delete(keys: readonly string[], context: AttemptContext) {
    return this.#run('delete', keys, context, async () => {
      for (const key of keys) this.objects.delete(key);
      return keys.map((key) => ({ key }));
    });
  }

  readonly listing: Listing = {
    kind: 'pages',
    page: (request, context) =>
      this.#run('page', request, context, async () => {
        const keys = [...this.objects.keys()]
          .filter((key) => key.startsWith(request.keyPrefix) && key > (request.pageToken ?? ''))
          .sort();
        const page = keys.slice(0, Math.min(request.maxKeys ?? this.pageSize, this.pageSize));
        const objects = page.map((key) => ({ key, sizeBytes: this.#find(key).sizeBytes, createdAt: new Date(0) }));
        return { objects, ...(keys.length > page.length && { nextPageToken: page.at(-1) as string }) };
      }),
  };

  readonly multipart: ParallelMultipart = {
    kind: 'parallel',
    minPartSizeBytes: 4,
    maxParts: 100,
    start: (request, context) =>
      this.#run('start', request, context, async () => {
        const uploadId = `u${this.uploads.size + 1}`;
        this.uploads.set(uploadId, new Map());
        return uploadId;
      }),
    uploadPart: (request, context) =>
      this.#run('uploadPart', request, context, async () => {
        this.#upload(request.uploadId).set(request.partNumber, request.data.slice());
        return { partNumber: request.partNumber, etag: `part${request.partNumber}` };
      }),
    complete: (request, context) =>
      this.#run('complete', request, context, async () => {
        const parts = this.#upload(request.uploadId);
        const data = new Uint8Array(
          request.parts.flatMap(({ partNumber }) => [...(parts.get(partNumber) as Uint8Array)]),
        );
        const { uploadId, parts: _, ...put } = request;
        const answer = this.store({
          ...put,
          ...this.requests<{ metadata?: Record<string, string> }>('start').at(-1),
          data,
        });
        if (answer.kind === 'stored') this.uploads.delete(uploadId);
        return answer;
      }),
    abort: (request, context) =>
      this.#run('abort', request, context, async () => {
        this.uploads.delete(request.uploadId);
      }),
  };

  async refreshCredentials(context: AttemptContext): Promise<void> {
    await this.#run('refresh', undefined, context, async () => {});
  }

  async #run<T>(verb: Verb, request: unknown, context: AttemptContext, proceed: () => Promise<T>): Promise<T> {
    this.calls.push({ verb, request });
    const script = this.#scripts.get(verb)?.shift();
    return script ? ((await script(proceed, context, request)) as T) : await proceed();
  }

  #find(key: string) {
    const object = this.objects.get(key);
    if (!object) throw new StorageError({ kind: 'not_found', message: 'no such object' });
    return object;
  }

  #upload(uploadId: string): Map<number, Uint8Array> {
    const upload = this.uploads.get(uploadId);
    if (!upload) throw new StorageError({ kind: 'not_found', message: 'no such upload', providerCode: 'NoSuchUpload' });
    return upload;
  }
}

/** A connection that broke. */
export function reset(): StorageError {
  return new StorageError({ kind: 'unavailable', message: 'the connection was closed' });
}

/** The request does its work, and its answer is lost. */
export const lostAnswer: Script = async (proceed) => {
  await proceed();
  throw reset();
};

/** The request fails before it does anything. */
export function failing(error: unknown = reset()): Script {
  return () => Promise.reject(error);
}

/** Never answers; ends when its signal fires, as a client must. */
export const hanging: Script = (_, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** Never answers and does not listen either. */
export const deaf: Script = () => new Promise(() => {});

/** Something to wait for that a test lets happen. */
export function gate() {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

/** A storage over a fake client, with pauses too short to notice, and everything that it said. */
export function fakeStorage(settings: StorageSettings = {}, options: { readOnly?: boolean } = {}) {
  const client = new FakeClient();
  const events: StorageEvent[] = [];
  const quick = { ...settings, retries: { initialBackoffMs: 0, maxBackoffMs: 0, maxTries: 4, ...settings.retries } };
  const storage: Storage = createStorage(client, {
    defaults: cloudDefaults,
    settings: quick,
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { client, storage, events };
}

/** Bytes in which no stretch repeats where a wrong offset would hide. */
export function patterned(sizeBytes: number): Uint8Array {
  return Uint8Array.from(
    { length: sizeBytes },
    (_, index) => (index * 31 + (index >> 8) * 17 + (index >> 16) * 7) & 0xff,
  );
}
