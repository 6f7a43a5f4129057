import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterEach, beforeEach } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { DirectWire } from '../src/direct-wire.ts';
import { type Sender, serviceWith } from '../src/pipeline.ts';
import type { AzureTarget } from '../src/target.ts';
import { anonymousContainer, targetOf } from './target.ts';

/** A client whose requests a test answers. */
export interface Scripted {
  readonly server: ScriptedServer;
  readonly client: AzureStorageClient;
  /** Another client of the same server. */
  clientWith(overrides: Partial<AzureTarget>): AzureStorageClient;
}

/** What attempts are given where nothing is aborted. */
export const context: { readonly signal: AbortSignal } = { signal: new AbortController().signal };

/** Both ways in which reads and puts are sent. */
export const ways = ['through the SDK', 'past its client'] as const;

/** For each test a server and a client of it; what was not scripted fails the test. */
export function useScripted(way: (typeof ways)[number] = 'through the SDK'): Scripted {
  let server: ScriptedServer | undefined;
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server?.close());
  const running = (): ScriptedServer => server as ScriptedServer;
  const clientWith = (overrides: Partial<AzureTarget>): AzureStorageClient =>
    new AzureStorageClient(
      targetOf(anonymousContainer(running().url), {
        ...(way === ways[1] && { wire: wireTo(running().url) }),
        ...overrides,
      }),
    );
  return {
    get server() {
      return running();
    },
    get client() {
      return clientWith({});
    },
    clientWith,
  };
}

function wireTo(url: string): DirectWire {
  return new DirectWire(`${url}/container`, serviceWith(url, {}, []).sender() as Sender);
}

/**
 * An error as Azure answers it: the code in a header and, but to a HEAD, in the body.
 * https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2 (seen 2026-11)
 */
export function azureError(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  const words = `Words about ${code}.\nRequestId:8d5d\nTime:2026-11-23T00:00:00.0000000Z`;
  return {
    status,
    headers: { 'x-ms-error-code': code, 'content-type': 'application/xml', ...headers },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${words}</Message></Error>`,
  };
}

/** The answer to a write. */
export function written(etag: string, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  return { status: 201, headers: { etag, 'last-modified': 'Mon, 23 Nov 2026 00:00:00 GMT', ...headers } };
}

/** The bytes of a stream of chunks, one after another. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<number[]> {
  const bytes: number[] = [];
  for await (const chunk of chunks) bytes.push(...chunk);
  return bytes;
}
