import { type NamedServer, namedServers, type StartedServer } from '@icechunk-tooling/servers';

/** Stand-ins for the servers that snippets name, started when one is asked for. */
export class LocalServers {
  readonly #started = new Map<NamedServer, Promise<StartedServer>>();

  /** The snippet with the addresses of servers on free ports, which run; nothing else of it is changed. */
  async readdress(snippet: string): Promise<string> {
    let code = snippet;
    for (const server of namedServers.filter(({ address }) => snippet.includes(address))) {
      const started = this.#started.get(server) ?? server.start();
      this.#started.set(server, started);
      code = code.replaceAll(server.address, (await started).url);
    }
    return code;
  }

  /** Ends those that were started. */
  async stop(): Promise<void> {
    const servers = await Promise.allSettled(this.#started.values());
    for (const server of servers) if (server.status === 'fulfilled') await server.value.stop();
  }
}
