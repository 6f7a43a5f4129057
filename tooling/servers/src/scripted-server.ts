import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type ScriptedAnswer, sendAnswer } from './scripted-answer.ts';

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query, as they stood in the request line. */
  readonly path: string;
  /** By lower-case name; a header that came several times has its values joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  /** Which connection it came over: an index into {@link ScriptedServer.connections}. */
  readonly connection: number;
}

/** A connection that a client opened, whether or not a request came over it. */
export interface RecordedConnection {
  readonly open: boolean;
  /** Resolves when the connection has ended, by whichever side. */
  readonly closed: Promise<void>;
}

/** An HTTP server on this machine that answers what a test tells it to, and keeps what it was asked. */
export interface ScriptedServer {
  /** `http://127.0.0.1:<port>`, or `https://` where `tls` was given; no slash at the end. */
  readonly url: string;
  readonly port: number;
  /** In the order in which they were complete. A request whose body never came whole is not among them. */
  readonly requests: readonly RecordedRequest[];
  /** In the order in which they were opened. */
  readonly connections: readonly RecordedConnection[];
  /** Queues answers, one for each request to come. The queue goes before the handler of {@link respond}. */
  next(...answers: ScriptedAnswer[]): void;
  /** Answers every request for which nothing is queued; a second call replaces the handler. */
  respond(handler: (request: RecordedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>): void;
  /** Resolves when `count` requests have been recorded since the start. */
  received(count: number): Promise<void>;
  /**
   * Ends all connections and the listener; a second call does nothing more.
   *
   * @throws Error naming the requests for which there was no answer (they got 599), and what the handler threw.
   */
  close(): Promise<void>;
}

/** How a scripted server listens. */
export interface ScriptedServerOptions {
  /** PEM: the server then speaks HTTPS. The certificate decides by which names it can be reached. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts a {@link ScriptedServer} on a free port of 127.0.0.1. */
export async function startScriptedServer(options: ScriptedServerOptions = {}): Promise<ScriptedServer> {
  const script = new Script();
  const answer = (request: IncomingMessage, response: ServerResponse): void => void script.answer(request, response);
  const server: Server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer);
  server.keepAliveTimeout = 0;
  server.on('connection', (socket: Socket) => script.connected(socket));
  // A client that breaks off a TLS handshake or a request line is not this server's failure.
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests: script.requests,
    connections: script.connections,
    next: (...answers) => void script.queue.push(...answers),
    respond: (handler) => {
      script.handler = handler;
    },
    received: (count) => script.received(count),
    close: () => closeServer(server, script),
  };
}

async function closeServer(server: Server, script: Script): Promise<void> {
  if (server.listening) {
    const closed = once(server, 'close');
    server.close();
    for (const { socket } of script.connections) socket.destroy();
    await closed;
  }
  const [first] = script.faults;
  if (first !== undefined) throw new Error(script.faults.join('\n'));
}

/** One connection; the socket is hidden from what a failing assertion prints. */
class Connection implements RecordedConnection {
  readonly #socket: Socket;
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  get open(): boolean {
    return !this.#socket.destroyed;
  }

  get socket(): Socket {
    return this.#socket;
  }
}

class Script {
  readonly requests: RecordedRequest[] = [];
  readonly connections: Connection[] = [];
  readonly queue: ScriptedAnswer[] = [];
  readonly faults: string[] = [];
  handler: ((request: RecordedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>) | undefined;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly #byPort = new Map<number | undefined, number>();

  connected(socket: Socket): void {
    this.#byPort.set(socket.remotePort, this.connections.length);
    this.connections.push(new Connection(socket));
    // A reset by the client shows as 'close'.
    socket.on('error', () => undefined);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#byPort.get(request.socket.remotePort) ?? -1;
    const early = this.queue[0]?.beforeBody ? this.queue.shift() : undefined;
    const body = early ? new Uint8Array(0) : await bodyOf(request);
    if (body === undefined) return;
    const record = recordOf(request, body, connection);
    this.#record(record);
    sendAnswer(early ?? (await this.#answerTo(record)), response);
  }

  received(count: number): Promise<void> {
    if (this.requests.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  #record(record: RecordedRequest): void {
    this.requests.push(record);
    for (const { count, resolve } of this.#waiting) if (this.requests.length >= count) resolve();
  }

  async #answerTo(record: RecordedRequest): Promise<ScriptedAnswer> {
    const queued = this.queue.shift();
    if (queued) return queued;
    try {
      if (this.handler) return await this.handler(record);
      this.faults.push(`no answer was scripted for ${record.method} ${record.path}`);
    } catch (err) {
      this.faults.push(`the handler threw at ${record.method} ${record.path}: ${String(err)}`);
    }
    return { status: 599, body: 'not scripted' };
  }
}

/** `undefined` where the client broke off. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function recordOf(request: IncomingMessage, body: Uint8Array, connection: number): RecordedRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, values?.join(', ')]),
  );
  return { method: request.method ?? '', path: request.url ?? '', headers, body, connection };
}
