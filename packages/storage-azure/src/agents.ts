import { StorageError, type TimeoutSettings } from '@icechunk/storage-core';
import type { PipelinePolicy, PipelineRequest } from './pipeline.ts';

/**
 * The connections of one storage: they stay open between requests, give up in time and can be closed. The SDK's are shared by the
 * whole process, and wait for ever; those that it makes for a proxy of the environment are watched and closed as well.
 *
 * `connectTimeoutMs` ends the wait for a connection, `networkStreamTimeoutMs` a request whose connection carries no byte, and
 * `readTimeoutMs` the wait for the head of its answer once all is sent. The bytes of an object core watches, which knows whether
 * somebody waits for them; every other body the SDK reads whole before anybody hears of the answer.
 */
export class Connections implements PipelinePolicy {
  readonly name = 'icechunkConnections';
  readonly #timeouts: Required<TimeoutSettings>;
  readonly #own: RequestTaker | undefined;
  readonly #watched = new Set<RequestTaker>();
  #closed = false;

  constructor(protocol: string, timeouts: Required<TimeoutSettings>) {
    this.#timeouts = timeouts;
    const modules = nodeModules();
    this.#own = modules && new (protocol === 'https:' ? modules.https : modules.http).Agent({ keepAlive: true });
  }

  /**
   * Gives a request that goes through no proxy connections of this storage's.
   *
   * @throws {@link StorageError} `closed` after {@link Connections.close}: the request may have waited for its credentials, and would
   * open a connection that nobody closes.
   */
  async sendRequest<Answer>(request: PipelineRequest, next: () => Promise<Answer>): Promise<Answer> {
    if (this.#closed) throw new StorageError({ kind: 'closed', message: 'the storage was closed' });
    const agent = (request.agent as RequestTaker | undefined) ?? this.#own;
    if (agent) request.agent = this.#watch(agent);
    return await next();
  }

  /** Closes every connection, and lets no other be opened. */
  close(): void {
    this.#closed = true;
    for (const agent of this.#watched) agent.destroy();
  }

  #watch(agent: RequestTaker): RequestTaker {
    if (this.#watched.has(agent)) return agent;
    this.#watched.add(agent);
    watchRequests(agent, this.#timeouts);
    return agent;
  }
}

// Not by import: bundles for browsers have no such modules, and need none.
function nodeModules() {
  const { getBuiltinModule } = (globalThis.process as NodeJS.Process | undefined) ?? {};
  const http = getBuiltinModule?.('node:http');
  const https = getBuiltinModule?.('node:https');
  return http && https ? { http, https } : undefined;
}

/** What Node's `http.request` asks of an agent (https://nodejs.org/api/http.html#httprequesturl-options-callback, seen 2026-11). */
interface RequestTaker {
  addRequest?(request: Request, ...rest: unknown[]): void;
  destroy(): void;
}

/** What is used of a `ClientRequest`. */
interface Request {
  readonly socket: object | null;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  once(event: 'response', listener: (answer: Answer) => void): unknown;
  once(event: string, listener: (socket: Socket) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  emit(event: 'error', error: Error): unknown;
  setTimeout(ms: number, listener?: () => void): unknown;
  destroy(error: Error): unknown;
}

/** What is used of an `IncomingMessage`. */
interface Answer {
  readonly statusCode?: number;
  destroy(error: Error): unknown;
}

/** What is used of a `Socket`. */
interface Socket {
  readonly connecting: boolean;
  once(event: string, listener: () => void): unknown;
}

function watchRequests(agent: RequestTaker, timeouts: Required<TimeoutSettings>): void {
  const addRequest = agent.addRequest?.bind(agent);
  if (!addRequest) return;
  agent.addRequest = (request, ...rest) => {
    watch(request, timeouts);
    addRequest(request, ...rest);
  };
}

function watch(
  request: Request,
  { connectTimeoutMs, networkStreamTimeoutMs, readTimeoutMs }: Required<TimeoutSettings>,
): void {
  const giveUp = (what: string): void => {
    const late = lateError(what);
    request.destroy(late);
    if (request.socket) return;
    // Node says so only once there is a connection, which may never come; if it does come, Node says it again.
    request.on('error', () => {});
    request.emit('error', late);
  };
  if (connectTimeoutMs > 0)
    watchConnect(request, connectTimeoutMs, () => giveUp('no connection within connectTimeoutMs'));
  if (networkStreamTimeoutMs > 0) {
    const what = 'no byte within networkStreamTimeoutMs';
    let end = (): void => giveUp(what);
    request.setTimeout(networkStreamTimeoutMs, () => end());
    request.once('response', (answer) => {
      if (holdsObject(request, answer)) request.setTimeout(0);
      else end = () => breakOff(request, answer, lateError(what));
    });
  }
  if (readTimeoutMs > 0)
    request.once('finish', () => {
      const timer = setTimeout(() => giveUp('no answer within readTimeoutMs'), readTimeoutMs);
      for (const event of ['response', 'close']) request.once(event, () => clearTimeout(timer));
    });
}

function breakOff(request: Request, answer: Answer, late: Error): void {
  // Node tells both, and whoever has the answer no longer listens to the request.
  request.on('error', () => {});
  answer.destroy(late);
}

function lateError(what: string): Error {
  return Object.assign(new Error(what), { code: 'ETIMEDOUT' });
}

// A blob is read without `comp`, which names everything else that is asked for; in its own name a `?` is encoded.
function holdsObject({ method, path }: Request, { statusCode }: Answer): boolean {
  return method === 'GET' && (statusCode === 200 || statusCode === 206) && !/[?&]comp=/.test(path);
}

// From the very beginning: a proxy may take the connection and not lead on.
function watchConnect(request: Request, ms: number, giveUp: () => void): void {
  const timer = setTimeout(giveUp, ms);
  const stop = (): void => clearTimeout(timer);
  request.once('close', stop);
  request.once('socket', (socket) => {
    if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop);
    else stop();
  });
}
