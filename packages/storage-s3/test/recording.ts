import type { Storage } from '@icechunk/storage-core';
import {
  type RecordedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from '@icechunk-tooling/servers';
import { s3Storage } from '../src/index.ts';
import type { AnyOptions, S3StorageOptions } from '../src/options.ts';

/** A server that says yes to everything, over objects of one byte, until it is told otherwise. */
export interface Recording extends ScriptedServer, AsyncDisposable {
  /** A storage on it: keys and a bucket unless others are given. */
  storage(options?: AnyOptions): Storage;
}

export const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a-secret-key-of-some-length' } as const;

/** Nothing is tried again, so that each request is one of the test's. */
export const once = { retries: { maxTries: 1 } } as const;

/** Starts one. */
export async function recording(
  options: { readonly answer?: (request: RecordedRequest) => ScriptedAnswer } = {},
): Promise<Recording> {
  const server = await startScriptedServer();
  server.respond(options.answer ?? yes);
  const place = { bucket: 'bucket', prefix: 'p', endpointUrl: server.url, allowHttp: true, settings: once };
  return Object.assign(server, {
    storage: ({ accessKeyId, ...more }: AnyOptions = {}) => {
      const isAuthorised = ['fromEnv', 'anonymous', 'getCredentials', 'credentials', 'client'].some(
        (name) => name in more,
      );
      const credentials = isAuthorised ? {} : { ...keys, ...(accessKeyId !== undefined && { accessKeyId }) };
      return s3Storage({ ...place, ...credentials, ...more } as S3StorageOptions);
    },
    [Symbol.asyncDispose]: () => server.close(),
  });
}

/** What S3 answers where all is well. */
export function yes({ method }: RecordedRequest): ScriptedAnswer {
  const headers = { etag: '"etag"', 'last-modified': 'Mon, 23 Nov 2026 05:00:00 GMT' };
  if (method === 'POST') return { status: 200, body: '<DeleteResult/>' };
  if (method === 'HEAD') return { status: 200, headers: { ...headers, 'content-length': '1' } };
  return method === 'GET' ? { status: 200, headers, body: 'x' } : { status: 200, headers };
}

/** An error as S3 words it. */
export function no(status: number, code: string, message = 'no'): ScriptedAnswer {
  const headers = { 'content-type': 'application/xml' };
  return { status, headers, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}
