import { describeWithServer, type ServerOptions, type Servers } from '@icechunk-tooling/servers';
import { beforeAll } from 'vitest';
import type { Snippet } from './extract.ts';

/** A server that snippets talk to, as their text has it. */
export interface NamedServer {
  readonly address: string;
  /** A group of tests that has one, with what the snippets take for granted; its `url` can be read when tests run. */
  describe(title: string, body: (server: { readonly url: string }) => void): void;
}

/**
 * The servers that a reader is told to have. Tests take no fixed port: one of their own is started on a free one, with the keys
 * that the text names, and its address stands in the text's place when a snippet is run, and nothing else of it is changed.
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

/** The server that a snippet needs, if it needs one. */
export function serverOf({ code }: Snippet): NamedServer | undefined {
  return namedServers.find(({ address }) => code.includes(address));
}

function named<Kind extends keyof Servers>(
  address: string,
  kind: Kind,
  options: ServerOptions[Kind],
  prepare: (server: Servers[Kind]) => Promise<unknown>,
): NamedServer {
  return {
    address,
    describe: (title, body) =>
      describeWithServer(
        kind,
        title,
        (server) => {
          beforeAll(() => prepare(server));
          body(server as { readonly url: string });
        },
        options,
      ),
  };
}
