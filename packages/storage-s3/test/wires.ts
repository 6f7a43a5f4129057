import { Readable } from 'node:stream';
import { isStorageError } from '@icechunk/storage-core';
import { DirectWire } from '../src/direct-wire.ts';
import type { SdkResponse } from '../src/sdk-request.ts';
import { SdkWire } from '../src/sdk-wire.ts';
import type { S3Target } from '../src/target.ts';
import type { S3Wire, WireRequest } from '../src/wire.ts';
import { context } from './scripted.ts';

/** Both ways to send a request: the SDK's, which says what is right, and the one past its middleware. */
export const wires: readonly (readonly [name: 'sdk' | 'direct', of: (target: S3Target) => S3Wire])[] = [
  ['sdk', (target) => new SdkWire(target)],
  ['direct', (target) => new DirectWire(target)],
];

/** A request as the SDK's connections are given it. */
export interface HandedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The requests that come to the connections of a target's client from now on, which answers them all in one way. */
export function handedBy(target: S3Target, answer: () => SdkResponse = empty): HandedRequest[] {
  const handed: HandedRequest[] = [];
  const handler = target.sdk.config.requestHandler as unknown as { handle(request: HandedRequest): Promise<unknown> };
  handler.handle = async (request) => {
    handed.push(request);
    return { response: answer() };
  };
  return handed;
}

function empty(): SdkResponse {
  return { statusCode: 200, headers: {}, body: Readable.from([]) };
}

/** A request without what differs each time: its date, its signature, and the numbers that the SDK gives to attempts. */
export function lasting(headers: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  const isOfOne = (name: string): boolean => name === 'x-amz-date' || name.startsWith('amz-sdk-');
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !isOfOne(name)));
  const { authorization } = kept;
  if (authorization === undefined) return kept;
  const signed = authorization.replace(/Signature=[0-9a-f]{64}$/, '').replace(/\/\d{8}\//, '/');
  return { ...kept, authorization: signed.replace(/amz-sdk-[^;,]*;/g, '') };
}

/** What one request comes to, to be compared. */
export async function outcomeOf(wire: S3Wire, request: WireRequest, signal = context.signal): Promise<unknown> {
  try {
    const { status, headers, body } = await wire.send(request, { signal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const { date: _, ...lastingHeaders } = headers;
    return { status, headers: lastingHeaders, ...(body && { body: Buffer.concat(chunks).toString() }) };
  } catch (err) {
    if (!isStorageError(err)) return { broken: (err as NodeJS.ErrnoException).code ?? String(err) };
    const { kind, retry, status, providerCode, message, retryAfterMs, cause } = err;
    // The SDK's middleware adds to some errors where its users find the raw answer.
    const words = cause?.message.replace(/\n {2}Deserialization error: to see the raw response.*$/, '');
    return {
      kind,
      retry,
      status,
      providerCode,
      message,
      retryAfterMs,
      cause: [cause?.name, cause?.code, words],
    };
  }
}
