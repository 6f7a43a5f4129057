import type { AttemptContext } from '@icechunk/storage-core';
import { type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { Agent } from 'undici';
import { afterEach, beforeEach } from 'vitest';
import { GcsHttp } from '../src/http.ts';
import type { GcsTarget } from '../src/target.ts';
import { openTarget } from './open-target.ts';

/** A fresh scripted server for each test, closed after it. */
export interface Scripted {
  readonly server: ScriptedServer;
  readonly target: GcsTarget;
  readonly http: GcsHttp;
  readonly context: AttemptContext;
  /** The query parameters of the request with this index, percent-decoded. */
  query(index: number): Record<string, string>;
  /** `METHOD path` of each request, without the query. */
  lines(): string[];
}

export const TOKEN = 'ya29.secret-token-of-the-tests';

/** Registers the hooks of a {@link Scripted}; the bucket is `b-1`, the token {@link TOKEN}. */
export function scripted(changes: Partial<GcsTarget> = {}): Scripted {
  let server: ScriptedServer;
  let target: GcsTarget;
  let http: GcsHttp;
  let dispatcher: Agent;
  beforeEach(async () => {
    server = await startScriptedServer();
    const headers = async (): Promise<Record<string, string>> => ({ authorization: `Bearer ${TOKEN}` });
    dispatcher = new Agent({ pipelining: 1 });
    target = openTarget(server.url, 'b-1', { authorization: { headers }, dispatcher, ...changes });
    http = new GcsHttp(target);
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    get target() {
      return target;
    },
    get http() {
      return http;
    },
    context: { signal: new AbortController().signal },
    query: (index) => Object.fromEntries(new URL(server.requests[index]?.path ?? '', server.url).searchParams),
    lines: () => server.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`),
  };
}

/** An answer in JSON. */
export function json(value: unknown, status = 200, headers: ScriptedAnswer['headers'] = {}): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** An error as https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11) shows them. */
export function failure(status: number, reason: string, message = reason): ScriptedAnswer {
  return json({ error: { code: status, message, errors: [{ domain: 'global', reason, message }] } }, status);
}
