import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Kept {
  readonly etag: string;
  readonly data: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: string;
}

/** What a request may ask: the verb of a client with its fields. */
export interface SharedRequest {
  readonly verb: 'get' | 'put' | 'copy' | 'list' | 'delete';
  readonly key: string;
  readonly toKey?: string;
  readonly data?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** The object's etag, or null where none may be there. */
  readonly etag?: string | null;
}

/** An answer; `refused` where the condition did not hold. */
export type SharedAnswer =
  | (Kept & { readonly kind: 'found' })
  | { readonly kind: 'absent' | 'refused' | 'done' }
  | { readonly kind: 'stored'; readonly etag: string }
  | { readonly kind: 'list'; readonly objects: readonly { readonly key: string; readonly sizeBytes: number }[] };

/** What the server does with a put instead of what it should. */
export type Misdeed = 'lose the answer' | 'forget' | 'ignore the condition' | 'spoil';

/** Objects behind a server of this process, for the processes of a storm. It may lie, fall silent, and go down. */
export class SharedObjects {
  /** Asked at each put. */
  misdeed: (request: SharedRequest, isRefused: boolean) => Misdeed | undefined = () => undefined;
  readonly #objects = new Map<string, Kept>();
  #versions = 0;
  #port = 0;
  #server: Server | undefined;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Goes up, at the same port as before. */
  start(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', () => {
        this.#port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Goes down at once, with every request that is under way. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server?.close(() => resolve());
      this.#server?.closeAllConnections();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
    } catch {
      return;
    }
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as SharedRequest;
    const isRefused = asked.etag !== undefined && (this.#objects.get(asked.key)?.etag ?? null) !== asked.etag;
    const misdeed = asked.verb === 'put' ? this.misdeed(asked, isRefused) : undefined;
    const answer = isRefused && misdeed !== 'ignore the condition' ? { kind: 'refused' } : this.#do(asked, misdeed);
    if (misdeed === 'lose the answer') response.destroy();
    else response.end(JSON.stringify(answer));
  }

  #do({ verb, key, toKey = '', data = '', metadata = {} }: SharedRequest, misdeed: Misdeed | undefined): SharedAnswer {
    const kept = this.#objects.get(key);
    if (verb === 'put') {
      const written = misdeed === 'spoil' ? Buffer.from(data, 'base64').reverse().toString('base64') : data;
      return this.#keep(key, written, metadata, misdeed === 'forget');
    }
    if (verb === 'list') {
      const keys = [...this.#objects].filter(([one]) => one.startsWith(key)).sort();
      return { kind: 'list', objects: keys.map(([one, { data }]) => ({ key: one, sizeBytes: data.length })) };
    }
    if (verb === 'delete') this.#objects.delete(key);
    if (verb === 'delete') return { kind: 'done' };
    if (!kept) return { kind: 'absent' };
    return verb === 'get' ? { kind: 'found', ...kept } : this.#keep(toKey, kept.data, kept.metadata, false);
  }

  #keep(key: string, data: string, metadata: Kept['metadata'], isForgotten: boolean): SharedAnswer {
    const etag = `"${++this.#versions}"`;
    if (!isForgotten) this.#objects.set(key, { etag, data, metadata, createdAt: new Date().toISOString() });
    return { kind: 'stored', etag };
  }
}
