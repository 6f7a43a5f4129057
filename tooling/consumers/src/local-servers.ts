import { startAzurite, startFakeGcs, startMinio } from '@icechunk-tooling/servers';

/** A server of this process's own. */
interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

/** The servers that the READMEs' snippets name by address, with what they take for granted there. */
const NAMED: Readonly<Record<string, () => Promise<Started>>> = {
  'http://localhost:9000': async () => {
    const env = { MINIO_ROOT_USER: 'minio', MINIO_ROOT_PASSWORD: 'minio123' };
    return await prepared(await startMinio({ owned: true, env }), (server) => server.createBucket('icechunk-test'));
  },
  'http://localhost:4443': async () =>
    await prepared(await startFakeGcs({ owned: true, inMemory: true }), (server) =>
      server.createBucket('icechunk-test'),
    ),
  'http://127.0.0.1:10000': async () =>
    await prepared(await startAzurite({ owned: true }), (server) => server.createContainer('icechunk-test')),
};

/** Stand-ins for the servers that snippets name, started when one is asked for. */
export class LocalServers {
  readonly #started = new Map<string, Promise<Started>>();

  /** Whether a snippet names a server that must be there. */
  static isNamedIn(snippet: string): boolean {
    return Object.keys(NAMED).some((address) => snippet.includes(address));
  }

  /** The snippet with the addresses of servers on free ports, which run; nothing else of it is changed. */
  async readdress(snippet: string): Promise<string> {
    let code = snippet;
    for (const [address, start] of Object.entries(NAMED)) {
      if (!snippet.includes(address)) continue;
      const server = this.#started.get(address) ?? start();
      this.#started.set(address, server);
      code = code.replaceAll(address, (await server).url);
    }
    return code;
  }

  /** Ends those that were started. */
  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.#started.values());
    for (const server of servers) if (server.status === 'fulfilled') await server.value.stop();
  }
}

async function prepared<Server extends Started>(
  server: Server,
  prepare: (server: Server) => Promise<unknown>,
): Promise<Server> {
  try {
    await prepare(server);
    return server;
  } catch (err) {
    await server.stop();
    throw err;
  }
}
