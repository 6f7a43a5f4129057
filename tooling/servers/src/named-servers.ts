import {
  describeWithSource,
  type ServerOptions,
  type ServerSource,
  type Servers,
  sourceOf,
} from './describe-with-server.ts';

/** A server that READMEs tell a reader to have, as the text of their snippets has it. */
export interface NamedServer {
  /** By which snippets name it. */
  readonly address: string;
  /** A group of tests that has one, with what the snippets take for granted there. Its `url` can be read when tests and hooks run. */
  describe(title: string, body: (server: Pick<StartedServer, 'url'>) => void): void;
  /** The same outside of tests. */
  start(): Promise<StartedServer>;
}

/** A server of this process's own. */
export interface StartedServer {
  /** To stand in the place of the address in the text. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Every server that the snippets of this repository name. Nothing here takes a fixed port: one of this process's own is started on a free
 * one, with the keys and the bucket that the texts name.
 */
export const namedServers: readonly NamedServer[] = [
  named(
    'http://localhost:9000',
    'minio',
    { owned: true, env: { MINIO_ROOT_USER: 'minio', MINIO_ROOT_PASSWORD: 'minio123' } },
    (server) => server.createBucket('icechunk-test'),
  ),
  named('http://localhost:4443', 'fake-gcs', { owned: true, inMemory: true }, (server) =>
    server.createBucket('icechunk-test'),
  ),
  named('http://127.0.0.1:10000', 'azurite', { owned: true }, (server) => server.createContainer('icechunk-test')),
];

/** The server that a text names, if it names one. */
export function serverNamedIn(text: string): NamedServer | undefined {
  return namedServers.find(({ address }) => text.includes(address));
}

function named<Kind extends Exclude<keyof Servers, 'toxiproxy'>>(
  address: string,
  kind: Kind,
  options: ServerOptions[Kind],
  prepare: (server: Servers[Kind]) => Promise<unknown>,
): NamedServer {
  const { obtain, start } = sourceOf(kind, options);
  const source: ServerSource<StartedServer> = {
    obtain,
    async start() {
      const server = await start();
      try {
        await prepare(server);
        return server;
      } catch (err) {
        await server.stop();
        throw err;
      }
    },
  };
  return { address, describe: (title, body) => describeWithSource(source, title, body), start: () => source.start() };
}
