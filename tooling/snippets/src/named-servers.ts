import type { ServerOptions } from '@icechunk-tooling/servers';
import type { Snippet } from './extract.ts';

/** A server that snippets talk to, as their text has it. */
export interface NamedServer {
  readonly address: string;
  readonly kind: 'minio';
  readonly options: ServerOptions['minio'];
  /** What must be there before a snippet runs. */
  readonly bucket: string;
}

/**
 * The servers that a reader is told to have. Tests take no fixed port: one of their own is started on a free one, with the keys
 * that the text names, and its address stands in the text's place when a snippet is run, and nothing else of it is changed.
 */
export const namedServers: readonly NamedServer[] = [
  {
    address: 'http://localhost:9000',
    kind: 'minio',
    options: { owned: true, env: { MINIO_ROOT_USER: 'minio', MINIO_ROOT_PASSWORD: 'minio123' } },
    bucket: 'icechunk-test',
  },
];

/** The server that a snippet needs, if it needs one. */
export function serverOf({ code }: Snippet): NamedServer | undefined {
  return namedServers.find(({ address }) => code.includes(address));
}
