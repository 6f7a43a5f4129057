import type {
  AttemptContext,
  Capabilities,
  ClientBody,
  CopyRequest,
  DeleteOutcome,
  GetAnswer,
  GetRequest,
  KeyMapping,
  ListedObject,
  Listing,
  ListPage,
  ObjectHead,
  PutAnswer,
  PutRequest,
  StorageClient,
} from '../client.ts';
import type { RepositoryCreation, StorageInfo } from '../contract.ts';
import type { ClientVerb } from './client-verb.ts';
import { faultyMultipart } from './faulty-multipart.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Stands between a call and its answer: may send it on, answer in its place, or fail before or after it. */
export type Fault = (call: FaultedCall) => Promise<unknown>;

/** A call as a {@link Fault} sees it. */
export interface FaultedCall {
  readonly verb: ClientVerb;
  readonly request: unknown;
  readonly context: AttemptContext;
  /** Sends the call on to the client, with another request where one is given. */
  send(request?: unknown): Promise<unknown>;
}

/** Which faults calls meet that were not told to meet one. */
export interface RandomFaults {
  readonly random: SeededRandom;
  /** Of all calls, from 0 to 1. */
  readonly share: number;
  /** What calls of a verb may meet; a verb that is not named meets nothing. */
  readonly faults: Partial<Readonly<Record<ClientVerb, readonly Fault[]>>>;
}

/**
 * A client that counts its calls and fails as it is told to, whatever client is below it.
 *
 * Retries of a client of the caller's own (`retriesInside`) lie below the faults, so that core's are what meets them here.
 */
export class FaultyClient implements StorageClient {
  readonly info: StorageInfo;
  readonly keys: KeyMapping;
  readonly listing: Listing;
  /** Every call that was made, in order. */
  readonly calls: { readonly verb: ClientVerb; readonly request: unknown }[] = [];
  /** Bodies that were given out and not released yet. */
  openBodies = 0;
  /** Listings in one stream that were begun and have not ended yet. */
  openStreams = 0;
  readonly #inner: StorageClient;
  readonly #faults = new Map<ClientVerb, Fault[]>();
  #capabilities: Capabilities;
  #drawn: RandomFaults | undefined;

  constructor(inner: StorageClient) {
    this.#inner = inner;
    this.info = inner.info;
    this.keys = inner.keys;
    this.#capabilities = inner.capabilities;
    this.listing = this.#listing(inner.listing);
    if (inner.repositoryCreation) this.repositoryCreation = inner.repositoryCreation;
    if (inner.multipart) this.multipart = faultyMultipart(inner.multipart, this.#call.bind(this));
  }

  declare readonly repositoryCreation?: RepositoryCreation;
  declare readonly multipart?: NonNullable<StorageClient['multipart']>;

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** From now on the client declares these. */
  declareCapabilities(changed: Partial<Capabilities>): void {
    this.#capabilities = { ...this.#capabilities, ...changed };
  }

  /** The next calls of `verb` meet these faults, one each, in order. */
  next(verb: ClientVerb, ...faults: readonly Fault[]): void {
    this.#faults.set(verb, [...(this.#faults.get(verb) ?? []), ...faults]);
  }

  /** From now on calls that {@link FaultyClient.next} says nothing of meet faults by chance. */
  draw(faults: RandomFaults | undefined): void {
    this.#drawn = faults;
  }

  /** How often the verbs were called; without any: all calls. */
  count(...verbs: readonly ClientVerb[]): number {
    return this.calls.filter(({ verb }) => verbs.length === 0 || verbs.includes(verb)).length;
  }

  async get(request: GetRequest, context: AttemptContext): Promise<GetAnswer> {
    const answer = await this.#call('get', request, context, (sent) => this.#inner.get(sent, context));
    return answer.kind === 'found' ? { ...answer, body: this.#counted(answer.body) } : answer;
  }

  head(key: string, context: AttemptContext): Promise<ObjectHead> {
    return this.#call('head', key, context, (sent) => this.#inner.head(sent, context));
  }

  put(request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
    return this.#call('put', request, context, (sent) => this.#inner.put(sent, context));
  }

  copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
    return this.#call('copy', request, context, (sent) => this.#inner.copy(sent, context));
  }

  delete(keys: readonly string[], context: AttemptContext): Promise<readonly DeleteOutcome[]> {
    return this.#call('delete', keys, context, (sent) => this.#inner.delete(sent, context));
  }

  /** Renews the inner client's credentials where it can; a client that cannot is not hindered by a 401 that is made up. */
  refreshCredentials(context: AttemptContext): Promise<void> {
    return this.#call('refresh', undefined, context, async () => this.#inner.refreshCredentials?.(context));
  }

  async close(): Promise<void> {
    await this.#inner.close?.();
  }

  async #call<Request, Answer>(
    verb: ClientVerb,
    request: Request,
    context: AttemptContext,
    send: (request: Request) => Promise<Answer>,
  ): Promise<Answer> {
    this.calls.push({ verb, request });
    const fault = this.#faults.get(verb)?.shift() ?? this.#drawFor(verb);
    const resend = (changed: unknown = request): Promise<Answer> => send(changed as Request);
    return fault ? ((await fault({ verb, request, context, send: resend })) as Answer) : await send(request);
  }

  #drawFor(verb: ClientVerb): Fault | undefined {
    const candidates = this.#drawn?.faults[verb] ?? [];
    if (!this.#drawn || candidates.length === 0) return undefined;
    const { random, share } = this.#drawn;
    return random.next() < share ? candidates[random.below(candidates.length)] : undefined;
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

  #listing(inner: Listing): Listing {
    if (inner.kind === 'stream') {
      return { kind: 'stream', objects: (keyPrefix, context) => this.#stream(inner, keyPrefix, context) };
    }
    return {
      kind: 'pages',
      page: (request, context): Promise<ListPage> =>
        this.#call('page', request, context, (sent) => inner.page(sent, context)),
    };
  }

  async *#stream(
    inner: Extract<Listing, { kind: 'stream' }>,
    keyPrefix: string,
    context: AttemptContext,
  ): AsyncGenerator<ListedObject> {
    this.openStreams++;
    try {
      const open = async (sent: string): Promise<AsyncIterable<ListedObject>> => inner.objects(sent, context);
      yield* await this.#call('stream', keyPrefix, context, open);
    } finally {
      this.openStreams--;
    }
  }
}
