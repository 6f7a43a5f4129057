import { type ResolvedSettings, StorageError } from '@icechunk/storage-core';
import type { Dispatcher } from 'undici';
import { isLoopback } from './loopback.ts';
import type { Connections } from './target.ts';

/** More than core has under way for one object, so that a pause in a few reads holds nothing else up. */
const CONNECTIONS = 256;

/** Long enough for the pauses between commits, short of the minute or more that load balancers grant. */
const KEEP_ALIVE_MS = 30_000;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The connections to an endpoint, made with the timeouts of the settings. Opens none yet, and loads undici with the first request.
 *
 * The wait for the head of an answer ends by the shorter of `readTimeoutMs` and `networkStreamTimeoutMs`, unless both are 0. It
 * begins with the request, and anew whenever a chunk of a streamed request body has gone out; a body that is handed over as one array
 * must be sent whole within it. The body of an answer ends by `networkStreamTimeoutMs` without a byte, also where nobody but the client
 * reads it, as JSON and the words of an error; what is not read because its reader takes its time is not timed.
 *
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured, as by Icechunk's Rust client and by `google-auth-library`; this machine is never
 * reached through a proxy.
 */
export function dispatcherFor(
  baseUrl: string,
  { timeouts }: Pick<ResolvedSettings, 'timeouts'>,
  variables: Variables,
): Connections {
  const { connectTimeoutMs, readTimeoutMs, networkStreamTimeoutMs } = timeouts;
  const throughProxy = hasProxy(new URL(baseUrl), variables);
  return new LazyConnections(async () => {
    // By its file: Bun puts a module of its own, without these, in the place of `undici` (Bun 1.4, seen 2026-11).
    const { Agent, EnvHttpProxyAgent } = await import('undici/index.js');
    const options = {
      connections: CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: shorter(readTimeoutMs, networkStreamTimeoutMs),
      bodyTimeout: networkStreamTimeoutMs,
      connect: { timeout: connectTimeoutMs },
      connectTimeout: connectTimeoutMs,
    };
    return throughProxy ? new EnvHttpProxyAgent(options) : new Agent(options);
  });
}

class LazyConnections implements Connections {
  readonly #make: () => Promise<Dispatcher>;
  #made: Promise<Dispatcher> | undefined;
  #closed = false;

  constructor(make: () => Promise<Dispatcher>) {
    this.#make = make;
  }

  async request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    // Nobody would close what is made from now on.
    if (this.#closed && !this.#made) throw new StorageError({ kind: 'closed', message: 'the storage was closed' });
    this.#made ??= this.#make();
    return await (await this.#made).request(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await (await this.#made)?.close();
  }
}

/** The shorter of two times, where 0 is none. */
function shorter(oneMs: number, otherMs: number): number {
  return oneMs === 0 || otherMs === 0 ? Math.max(oneMs, otherMs) : Math.min(oneMs, otherMs);
}

function hasProxy(url: URL, variables: Variables): boolean {
  if (isLoopback(url)) return false;
  return ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'].some((name) => variables[name]);
}
