import type { AttemptContext } from '@icechunk/storage-core';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterEach, beforeEach } from 'vitest';
import { type S3ClientLimits, S3StorageClient } from '../src/client.ts';
import type { S3Target } from '../src/target.ts';
import { targetAt } from './target-at.ts';

/** A client on a server that answers what a test tells it to. */
export interface Scripted {
  readonly server: ScriptedServer;
  /** Under the prefix `p` unless another is given. */
  client(target?: Partial<S3Target>, limits?: S3ClientLimits): S3StorageClient;
}

/** A fresh server for each test, which fails where it asks for what was not scripted. */
export function scripted(): Scripted {
  let server: ScriptedServer;
  const clients: S3StorageClient[] = [];
  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    client(target = {}, limits = {}) {
      const client = new S3StorageClient(
        targetAt({ url: server.url, bucket: 'bucket', prefix: 'p', ...target }),
        limits,
      );
      clients.push(client);
      return client;
    },
  };
}

/** An attempt that nobody ends. */
export const context: AttemptContext = { signal: new AbortController().signal };

/** An error document as S3 writes it. */
export function errorAnswer(
  status: number,
  code: string,
  more: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  const fields = Object.entries({ Code: code, Message: `said of ${code}`, ...more });
  const inner = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}<RequestId>4442587FB7D0A2F9</RequestId></Error>`;
  return { status, headers: { 'content-type': 'application/xml', ...headers }, body };
}
