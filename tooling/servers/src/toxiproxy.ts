import { Toxiproxy as Client, type Proxy as ClientProxy, type Toxic } from 'toxiproxy-node-client';
import { findProgram } from './find-program.ts';
import { GO_PROGRAMS } from './programs.ts';
import { ServerProcess } from './server-process.ts';

/** What a toxic does, by its name, with its settings: github.com/Shopify/toxiproxy#toxics (seen 2026-11). */
export interface Toxics {
  /** Delays data; milliseconds. */
  readonly latency: { readonly latency: number; readonly jitter?: number };
  /** Limits the rate; kilobytes per second. */
  readonly bandwidth: { readonly rate: number };
  /** Delays the end of a connection; milliseconds. */
  readonly slow_close: { readonly delay: number };
  /** Lets nothing through, and closes the connection after so many milliseconds; 0 keeps it open until the toxic is removed. */
  readonly timeout: { readonly timeout: number };
  /** Resets the connection after so many milliseconds; 0 is at once. */
  readonly reset_peer: { readonly timeout: number };
  /** Cuts data into pieces of so many bytes, `delay` microseconds apart. */
  readonly slicer: { readonly average_size: number; readonly size_variation?: number; readonly delay?: number };
  /** Closes the connection after so many bytes. */
  readonly limit_data: { readonly bytes: number };
}

/** On what a toxic works. */
export interface ToxicOptions {
  /** `upstream`: what the client sends. `downstream`, unless given: what it gets. */
  readonly stream?: 'upstream' | 'downstream';
  /** The share of connections, from 0 to 1; 1 unless given. */
  readonly toxicity?: number;
}

/** A way to a server that can be disturbed. */
export interface ToxicProxy {
  /** The upstream's address with another port: scheme, path and whatever else are kept. */
  readonly url: string;
  /** Adds one more toxic, for connections that are open and those to come. */
  addToxic<T extends keyof Toxics>(type: T, settings: Toxics[T], options?: ToxicOptions): Promise<void>;
  /** Takes away all that were added. */
  removeToxics(): Promise<void>;
  /** Ends every connection, and refuses new ones. */
  disable(): Promise<void>;
  /** Takes connections again, on the same port. */
  enable(): Promise<void>;
}

/** A proxy program of this process's own. */
export interface Toxiproxy {
  /** Opens a way to an `http:` or `https:` address of this machine. */
  proxy(upstreamUrl: string): Promise<ToxicProxy>;
  /** Ends all ways. */
  stop(): Promise<void>;
}

/**
 * Starts Toxiproxy.
 *
 * @throws ServerUnavailable Where there is none, and why.
 */
export async function startToxiproxy(): Promise<Toxiproxy> {
  const server = await ServerProcess.start({
    name: 'Toxiproxy',
    command: await findProgram(GO_PROGRAMS.toxiproxy),
    args: (port) => ['-host', '127.0.0.1', '-port', `${port}`],
    ready: { scheme: 'http', path: '/version', status: 200 },
    endsBy: 'SIGKILL',
  });
  const client = new Client(server.url);
  let count = 0;
  return {
    async proxy(upstreamUrl) {
      count += 1;
      const { hostname, port, protocol } = new URL(upstreamUrl);
      const upstream = `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
      const made = await client.createProxy({ name: `way-${count}`, listen: '127.0.0.1:0', upstream });
      return toxicProxy(made, upstreamUrl);
    },
    stop: () => server.stop(),
  };
}

function toxicProxy(proxy: ClientProxy, upstreamUrl: string): ToxicProxy {
  const toxics: Toxic<unknown>[] = [];
  let count = 0;
  const { listen, upstream } = proxy;
  const setEnabled = async (enabled: boolean): Promise<void> => {
    await proxy.update({ enabled, listen, upstream });
  };
  return {
    url: withPort(upstreamUrl, listen.slice(listen.lastIndexOf(':') + 1)),
    async addToxic(type, attributes, { stream = 'downstream', toxicity = 1 } = {}) {
      count += 1;
      toxics.push(await proxy.addToxic<unknown>({ name: `toxic-${count}`, type, stream, toxicity, attributes }));
    },
    async removeToxics() {
      for (const toxic of toxics.splice(0)) await toxic.remove();
    },
    disable: () => setEnabled(false),
    enable: () => setEnabled(true),
  };
}

function withPort(address: string, port: string): string {
  const url = new URL(address);
  url.port = port;
  // URL adds a slash to an address that has no path.
  return address.endsWith('/') ? url.href : url.href.replace(/\/$/, '');
}
