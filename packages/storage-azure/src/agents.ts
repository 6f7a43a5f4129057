import type { TimeoutSettings } from '@icechunk/storage-core';

/** Connections of one storage's own. */
export interface Connections {
  /** For `newPipeline`. Absent where the platform or a proxy brings others. */
  readonly agent?: object;
  /** Closes every connection. */
  close(): void;
}

/**
 * Connections that stay open between requests, give up in time and can be closed: the SDK's are shared by the whole process, and wait for ever.
 *
 * `connectTimeoutMs` ends the wait for a connection, `networkStreamTimeoutMs` a request whose connection carries no byte before
 * the head of its answer, and `readTimeoutMs` the wait for that head once all is sent. What comes after the head core watches.
 */
export function openConnections(protocol: string, timeouts: Required<TimeoutSettings>): Connections {
  const modules = nodeModules();
  // The SDK reaches a proxy by agents of its own, and leaves that where it is given one.
  if (!modules || isProxied(modules.env)) return { close: () => {} };
  const agent = new (protocol === 'https:' ? modules.https : modules.http).Agent({ keepAlive: true });
  watchRequests(agent as RequestTaker, timeouts);
  return { agent, close: () => agent.destroy() };
}

// Not by import: bundles for browsers have no such modules, and need none.
function nodeModules() {
  const { getBuiltinModule, env } = (globalThis.process as NodeJS.Process | undefined) ?? {};
  const http = getBuiltinModule?.('node:http');
  const https = getBuiltinModule?.('node:https');
  return http && https && env ? { http, https, env } : undefined;
}

function isProxied(env: NodeJS.ProcessEnv): boolean {
  const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];
  return names.some((name) => Boolean(env[name] ?? env[name.toLowerCase()]));
}

/** What Node's `http.request` asks of an agent (https://nodejs.org/api/http.html#httprequesturl-options-callback, seen 2026-11). */
interface RequestTaker {
  addRequest?(request: Request, ...rest: unknown[]): void;
}

/** What is used of a `ClientRequest`. */
interface Request {
  once(event: string, listener: (socket: Socket) => void): unknown;
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
    request.destroy(Object.assign(new Error(what), { code: 'ETIMEDOUT' }));
  };
  if (connectTimeoutMs > 0)
    request.once('socket', (socket) =>
      watchConnect(socket, request, connectTimeoutMs, () => giveUp('no connection within connectTimeoutMs')),
    );
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

function watchConnect(socket: Socket, request: Request, ms: number, giveUp: () => void): void {
  if (!socket.connecting) return;
  const timer = setTimeout(giveUp, ms);
  const stop = (): void => clearTimeout(timer);
  socket.once('encrypted' in socket ? 'secureConnect' : 'connect', stop);
  request.once('close', stop);
}
