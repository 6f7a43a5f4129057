import type { TimeoutSettings } from '@icechunk/storage-core';
import type { PipelinePolicy, PipelineRequest } from './pipeline.ts';

/**
 * The connections of one storage: they stay open between requests, give up in time and can be closed. The SDK's are shared by the
 * whole process, and wait for ever; those that it makes for a proxy of the environment are watched and closed as well.
 *
 * `connectTimeoutMs` ends the wait for a connection, `networkStreamTimeoutMs` a request whose connection carries no byte before
 * the head of its answer, and `readTimeoutMs` the wait for that head once all is sent. What comes after the head core watches.
 */
export class Connections implements PipelinePolicy {
  readonly name = 'icechunkConnections';
  readonly #timeouts: Required<TimeoutSettings>;
  readonly #own: RequestTaker | undefined;
  readonly #watched = new Set<RequestTaker>();

  constructor(protocol: string, timeouts: Required<TimeoutSettings>) {
    this.#timeouts = timeouts;
    const modules = nodeModules();
    this.#own = modules && new (protocol === 'https:' ? modules.https : modules.http).Agent({ keepAlive: true });
  }

  /** Gives a request that goes through no proxy connections of this storage's. */
  sendRequest<Answer>(request: PipelineRequest, next: () => Promise<Answer>): Promise<Answer> {
    const agent = (request.agent as RequestTaker | undefined) ?? this.#own;
    if (agent) request.agent = this.#watch(agent);
    return next();
  }

  /** Closes every connection. */
  close(): void {
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
  once(event: string, listener: (socket: Socket) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  emit(event: 'error', error: Error): unknown;
  setTimeout(ms: number, listener?: () => void): unknown;
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
    const late = Object.assign(new Error(what), { code: 'ETIMEDOUT' });
    request.destroy(late);
    if (request.socket) return;
    // Node says so only once there is a connection, which may never come; if it does come, Node says it again.
    request.on('error', () => {});
    request.emit('error', late);
  };
  if (connectTimeoutMs > 0)
    watchConnect(request, connectTimeoutMs, () => giveUp('no connection within connectTimeoutMs'));
  if (networkStreamTimeoutMs > 0) {
    request.setTimeout(networkStreamTimeoutMs, () => giveUp('no byte within networkStreamTimeoutMs'));
    request.once('response', () => request.setTimeout(0));
  }
  if (readTimeoutMs > 0)
    request.once('finish', () => {
      const timer = setTimeout(() => giveUp('no answer within readTimeoutMs'), readTimeoutMs);
      for (const event of ['response', 'close']) request.once(event, () => clearTimeout(timer));
    });
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
