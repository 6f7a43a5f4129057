import type {
  AttemptContext,
  Capabilities,
  ClientBody,
  CopyRequest,
  DeleteOutcome,
  GetAnswer,
  GetRequest,
  KeyMapping,
  Listing,
  ListPage,
  ObjectHead,
  ParallelMultipart,
  PutAnswer,
  PutRequest,
  StorageClient,
} from '../client.ts';
import type { RepositoryCreation, StorageInfo } from '../contract.ts';

/** The calls of a client. */
export type ClientVerb =
  | 'get'
  | 'head'
  | 'put'
  | 'copy'
  | 'page'
  | 'delete'
  | 'start_upload'
  | 'upload_part'
  | 'complete_upload'
  | 'abort_upload'
  | 'refresh';

/** Stands between a call and its answer: may send it on, answer in its place, or fail before or after it. */
export type Fault = (call: FaultedCall) => Promise<unknown>;

/** A call as a {@link Fault} sees it. */
export interface FaultedCall {
  readonly verb: ClientVerb;
  readonly request: unknown;
  readonly context: AttemptContext;
  /** Sends the call on to the client. */
  send(): Promise<unknown>;
}

/** A client that counts its calls and fails as it is told to, whatever client is below it. */
export class FaultyClient implements StorageClient {
  readonly info: StorageInfo;
  readonly keys: KeyMapping;
  readonly capabilities: Capabilities;
  readonly listing: Listing;
  /** Every call that was made, in order. */
  readonly calls: { readonly verb: ClientVerb; readonly request: unknown }[] = [];
  /** Bodies that were given out and not released yet. */
  openBodies = 0;
  readonly #inner: StorageClient;
  readonly #faults = new Map<ClientVerb, Fault[]>();

  constructor(inner: StorageClient) {
    this.#inner = inner;
    this.info = inner.info;
    this.keys = inner.keys;
    this.capabilities = inner.capabilities;
    this.listing = this.#listing(inner.listing);
    if (inner.repositoryCreation) this.repositoryCreation = inner.repositoryCreation;
    if (inner.multipart) this.multipart = this.#multipart(inner.multipart);
  }

  declare readonly repositoryCreation?: RepositoryCreation;
  declare readonly multipart?: ParallelMultipart;

  /** The next calls of `verb` meet these faults, one each, in order. */
  next(verb: ClientVerb, ...faults: readonly Fault[]): void {
    this.#faults.set(verb, [...(this.#faults.get(verb) ?? []), ...faults]);
  }

  /** How often `verb` was called. */
  count(verb: ClientVerb): number {
    return this.calls.filter((call) => call.verb === verb).length;
  }

  async get(request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
    const answer = await this.#call('get', request, context, () => this.#inner.get(request, context));
    return answer.kind === 'found' ? { ...answer, body: this.#counted(answer.body) } : answer;
  }

  head(key: string, context: AttemptContext): Promise<ObjectHead> {
    return this.#call('head', key, context, () => this.#inner.head(key, context));
  }

  put(request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
    return this.#call('put', request, context, () => this.#inner.put(request, context));
  }

  copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
    return this.#call('copy', request, context, () => this.#inner.copy(request, context));
  }

  delete(keys: readonly string[], context: AttemptContext): Promise<readonly DeleteOutcome[]> {
    return this.#call('delete', keys, context, () => this.#inner.delete(keys, context));
  }

  /** Renews the inner client's credentials where it can; a client that cannot is not hindered by a 401 that is made up. */
  refreshCredentials(context: AttemptContext): Promise<void> {
    return this.#call('refresh', undefined, context, async () => this.#inner.refreshCredentials?.(context));
  }

  async close(): Promise<void> {
    await this.#inner.close?.();
  }

  async #call<T>(verb: ClientVerb, request: unknown, context: AttemptContext, send: () => Promise<T>): Promise<T> {
    this.calls.push({ verb, request });
    const fault = this.#faults.get(verb)?.shift();
    return fault ? ((await fault({ verb, request, context, send })) as T) : await send();
  }

  #counted(body: ClientBody): ClientBody {
    this.openBodies++;
    let open = true;
    const cancel = async (): Promise<void> => {
      if (open) this.openBodies--;
      open = false;
      await body.cancel();
    };
    const readInto = body.readInto?.bind(body);
    return { [Symbol.asyncIterator]: () => body[Symbol.asyncIterator](), cancel, ...(readInto && { readInto }) };
  }

  // A listing in one stream becomes one of pages, so that pages can be made to fail: core must cope with both.
  #listing(inner: Listing): Listing {
    if (inner.kind === 'stream') return inner;
    return {
      kind: 'pages',
      page: (request, context): Promise<ListPage> =>
        this.#call('page', request, context, () => inner.page(request, context)),
    };
  }

  #multipart(inner: ParallelMultipart): ParallelMultipart {
    return {
      minPartSizeBytes: inner.minPartSizeBytes,
      maxParts: inner.maxParts,
      start: (request, context) => this.#call('start_upload', request, context, () => inner.start(request, context)),
      uploadPart: (request, context) =>
        this.#call('upload_part', request, context, () => inner.uploadPart(request, context)),
      complete: (request, context) =>
        this.#call('complete_upload', request, context, () => inner.complete(request, context)),
      abort: (request, context) => this.#call('abort_upload', request, context, () => inner.abort(request, context)),
    };
  }
}
