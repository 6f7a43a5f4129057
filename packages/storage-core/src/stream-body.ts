import type { ClientBody } from './client.ts';
import { StorageError } from './errors.ts';
import { errorFromNetwork } from './network-errors.ts';

/** What is used of a readable stream of Node: core knows none of its types. */
export interface NodeReadable extends AsyncIterable<Uint8Array> {
  /** Has failures told to somebody: what nobody hears of ends the process. */
  on(event: 'error', listener: () => void): unknown;
  /** Gives the stream and its connection up. */
  destroy(): unknown;
}

/** Options of {@link streamBody}. */
export interface StreamBodyOptions {
  /** Bytes that the body holds by its answer's head. */
  readonly sizeBytes: number;
  /** What a failure of the stream comes to, where it is none of the network's. Default: a connection that broke. */
  readonly toError?: (err: unknown) => Error;
}

/**
 * The body of an HTTP answer, as an SDK or an HTTP client has it.
 *
 * Cancelled before its end it gives up its connection; cancelled once every byte has come it lets the connection go back to its
 * pool, since what is left to be read is only the end. A failure of the stream that nobody waits for at that moment is kept for
 * the next read: Node would end the process otherwise.
 */
export function streamBody(stream: NodeReadable | ReadableStream<Uint8Array>, options: StreamBodyOptions): ClientBody {
  return new StreamBody('getReader' in stream ? webSource(stream) : nodeSource(stream), options);
}

/** What both kinds of stream come down to. */
interface Source {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: Uint8Array | undefined }>;
  /** Gives the connection up. */
  end(): void;
}

class StreamBody implements ClientBody {
  readonly #source: Source;
  readonly #sizeBytes: number;
  readonly #toError: (err: unknown) => Error;
  #receivedBytes = 0;

  constructor(source: Source, { sizeBytes, toError = brokenBody }: StreamBodyOptions) {
    this.#source = source;
    this.#sizeBytes = sizeBytes;
    this.#toError = toError;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  cancel(): void {
    if (this.#receivedBytes < this.#sizeBytes) this.#source.end();
    else this.#readEnd();
  }

  // Nobody waits for it: whoever never sends the end that is due would hold the reader of a whole body.
  #readEnd(): void {
    this.#next()
      .then(({ done }) => done || this.#source.end())
      .catch(() => {});
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      const { value } = await this.#source.next();
      if (!value) return { done: true, value: undefined };
      this.#receivedBytes += value.byteLength;
      return { done: false, value };
    } catch (err) {
      throw errorFromNetwork(err) ?? this.#toError(err);
    }
  }
}

function nodeSource(stream: NodeReadable): Source {
  stream.on('error', () => {});
  const chunks = stream[Symbol.asyncIterator]();
  return { next: () => chunks.next(), end: () => void stream.destroy() };
}

function webSource(stream: ReadableStream<Uint8Array>): Source {
  const reader = stream.getReader();
  return { next: () => reader.read(), end: () => void reader.cancel().catch(() => {}) };
}

function brokenBody(cause: unknown): StorageError {
  return new StorageError({ kind: 'unavailable', message: 'the body broke off', cause });
}
