import type { AttemptContext, NodeReadable } from '@icechunk/storage-core';
import type { Dispatcher } from 'undici';
import type { BucketPlace } from './bucket-place.ts';
import { badAnswer, errorFromAnswer, errorFromSending, isConditionRefusal } from './errors.ts';
import type { GcsTarget } from './target.ts';

/** A request for the bucket: its address is made of the target's. */
export interface GcsRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Where in the API: objects, or what takes uploads. Default `/storage/v1`. */
  readonly api?: '/storage/v1' | '/upload/storage/v1';
  /** After the bucket, each name percent-encoded. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
}

/** Bytes to be sent: at once, or one after the other, with `content-length` among the headers. */
export type RequestBody = Uint8Array | string | AsyncIterable<Uint8Array>;

/** The head of an answer, and its body on its way. */
export interface GcsAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AnswerBody;
}

/** What is used of undici's body. */
interface AnswerBody extends NodeReadable {
  text(): Promise<string>;
}

/** Errors are short: what is longer is a page of some proxy. */
const MAX_ERROR_BYTES = 16_384;

/** The target's connections: one request each, with its credentials, and whatever is answered. Redirects are not followed. */
export class GcsHttp {
  readonly #target: GcsTarget;
  readonly #origin: string;
  readonly #basePath: string;
  #refused: Readonly<Record<string, string>> | undefined;

  constructor(target: GcsTarget) {
    const { origin, pathname } = new URL(target.baseUrl);
    this.#target = target;
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/$/, '');
  }

  /** Where every object of the target is. */
  get bucket(): string {
    return this.#target.bucket;
  }

  /** The bucket and where it is, for errors. */
  get place(): BucketPlace {
    return this.#target;
  }

  /**
   * Sends a request.
   *
   * @returns The answer with one of the expected statuses. Its body must be read or destroyed.
   * @throws {@link StorageError} for any other status, and where no answer comes.
   */
  async send(request: GcsRequest, expected: readonly number[], context: AttemptContext): Promise<GcsAnswer> {
    const { method, api = '/storage/v1', path, query = {}, headers = {}, body } = request;
    const { bucket, userProject } = this.#target;
    const parameters = queryOf({ ...query, userProject });
    const url = `${this.#basePath}${api}/b/${encodeURIComponent(bucket)}${path}${parameters}`;
    return await this.#send(
      { origin: this.#origin, path: url, method, headers, body: body ?? null },
      expected,
      context,
    );
  }

  /**
   * Sends a request to an address that the provider gave out: that of an upload.
   *
   * The credentials, and who pays, go along only where they would go anyway: to the endpoint.
   */
  async sendTo(
    address: string,
    request: Pick<GcsRequest, 'method' | 'headers' | 'body'>,
    expected: readonly number[],
    context: AttemptContext,
  ): Promise<GcsAnswer> {
    const { origin, pathname, search, searchParams } = new URL(address);
    const { method, headers = {}, body = null } = request;
    const { userProject } = this.#target;
    const isUnpaid = origin === this.#origin && !searchParams.has('userProject');
    // Added to the text: `searchParams` would write what is there in another way.
    const payer = isUnpaid ? queryOf({ userProject }).replace('?', search === '' ? '?' : '&') : '';
    return await this.#send({ origin, path: `${pathname}${search}${payer}`, method, headers, body }, expected, context);
  }

  /**
   * The address of an upload that the provider gave out, checked.
   *
   * @throws {@link StorageError} `bad_response` where it is none, or would be asked for in the open.
   */
  checkAddress(address: string | undefined, status: number): string {
    const url = URL.parse(address ?? '', this.#origin);
    if (address && url && (url.protocol === 'https:' || url.origin === this.#origin)) return url.href;
    throw badAnswer('the answer names no address for the upload, or one that is not safe', status);
  }

  /**
   * Reads a 412 that answers a condition to its end.
   *
   * @throws {@link StorageError} where it says something else than that the condition did not hold.
   */
  async checkRefusal(answer: GcsAnswer): Promise<void> {
    const text = await errorText(answer.body);
    if (!isConditionRefusal(text)) throw errorFromAnswer({ ...answer, text }, this.#target);
  }

  /** Replaces the credentials that were refused last. */
  async refresh(context: AttemptContext): Promise<void> {
    await this.#target.authorization.refresh?.(context, this.#refused);
  }

  async #send(
    options: Omit<Dispatcher.RequestOptions, 'body'> & { readonly origin: string; readonly body: RequestBody | null },
    expected: readonly number[],
    context: AttemptContext,
  ): Promise<GcsAnswer> {
    const { signal } = context;
    const credentials = options.origin === this.#origin ? await this.#target.authorization.headers(signal) : {};
    const answer = await this.#answerTo({ ...options, headers: { ...options.headers, ...credentials }, signal });
    if (expected.includes(answer.status)) return answer;
    if (answer.status === 401) this.#refused = credentials;
    throw errorFromAnswer({ ...answer, text: await errorText(answer.body) }, this.#target);
  }

  async #answerTo(
    options: Omit<Dispatcher.RequestOptions, 'body'> & { readonly body: RequestBody | null },
  ): Promise<GcsAnswer> {
    try {
      // undici takes any async iterable (its docs/docs/api/Dispatcher.md, seen 2026-11); its types know of Node's streams alone.
      const sent = options as Dispatcher.RequestOptions;
      const { statusCode, headers, body } = await this.#target.dispatcher.request(sent);
      return { status: statusCode, headers: singleValues(headers), body };
    } catch (err) {
      throw errorFromSending(err);
    }
  }
}

/**
 * What a successful answer holds.
 *
 * @throws {@link StorageError} `bad_response` where it is no JSON object; `unavailable` where it breaks off.
 */
export async function jsonOf<T extends object>({ status, body }: GcsAnswer): Promise<Partial<T>> {
  const text = await body.text().catch((err: unknown) => {
    throw errorFromSending(err);
  });
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Partial<T>;
  } catch {}
  throw badAnswer('the answer is no JSON object', status);
}

/** Reads past what an answer still holds, so that its connection can serve again. */
export async function drain({ body }: GcsAnswer): Promise<void> {
  await errorText(body);
}

/** The API's parameters, percent-encoded: a `+` would be read as a space. */
function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

// Google sends `x-goog-hash` and `vary` twice; most answers hold neither, and need no copy.
function singleValues(headers: Readonly<Record<string, string | string[] | undefined>>): GcsAnswer['headers'] {
  const lists = Object.entries(headers).filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
  if (lists.length === 0) return headers as GcsAnswer['headers'];
  return {
    ...headers,
    ...Object.fromEntries(lists.map(([name, values]) => [name, values.join(', ')])),
  } as GcsAnswer['headers'];
}

// What cannot be read of it must not hide the status.
async function errorText(body: AnswerBody): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {}
  return text.slice(0, MAX_ERROR_BYTES);
}
