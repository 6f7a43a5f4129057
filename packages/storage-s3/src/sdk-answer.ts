import { GetObject$, type S3Client } from '@aws-sdk/client-s3';
import { StorageError, streamBody } from '@icechunk/storage-core';
import type { SdkResponse } from './sdk-request.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** The most of an error document that is read: after that the connection is given up. S3's are of a few hundred bytes. */
const limitBytes = 64 * 1024;

/** Whether the SDK's reading of errors is where {@link readAnswer} looks for it: another version may have it elsewhere. */
export function readsErrors({ config }: S3Client): boolean {
  const { protocol } = config as { readonly protocol?: Partial<SdkProtocol> };
  return typeof protocol?.deserializeResponse === 'function';
}

/**
 * What an answer comes to: the body of a get is left unread, and any other is read, so that the connection can be used again.
 *
 * @throws What the SDK throws for an answer that is no success.
 */
export async function readAnswer(
  sdk: S3Client,
  method: WireRequest['method'],
  response: SdkResponse,
): Promise<WireAnswer> {
  const { statusCode: status, headers } = response;
  const body = streamOf(response.body);
  if (status >= 300) throw await failure(sdk, response, await documentIn(body).catch(() => new Uint8Array()));
  if (method === 'GET') return { status, headers, ...(body && { body }) };
  const document = await documentIn(body);
  if (isError(document)) throw await failure(sdk, { ...response, statusCode: 503 }, document);
  return { status, headers };
}

/** The body of an answer: the SDK's handler for browsers gives a blob where there can be none. */
export function streamOf(body: unknown): WireAnswer['body'] {
  return body instanceof Blob ? body.stream() : (body as WireAnswer['body']);
}

/** Empty where it is longer than any error document. */
async function documentIn(body: WireAnswer['body']): Promise<Uint8Array> {
  if (!body) return new Uint8Array();
  const source = streamBody(body, { sizeBytes: Number.POSITIVE_INFINITY, toError });
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) {
      source.cancel();
      return new Uint8Array();
    }
  }
  return joined(chunks, sizeBytes);
}

// The SDK's own timer tells itself by its name, and browsers tell nothing but that it was a TypeError.
function toError(err: unknown): Error {
  if (err instanceof Error && err.name === 'TimeoutError') return err;
  return new StorageError({ kind: 'unavailable', message: 'the answer broke off', cause: err });
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

// S3 may begin an answer before it knows how it ends; the SDK takes this for a 503.
function isError(document: Uint8Array): boolean {
  return new TextDecoder().decode(document.subarray(-8)) === '</Error>';
}

/** The SDK's own reading of an answer that is no success. */
async function failure({ config }: S3Client, response: SdkResponse, body: Uint8Array): Promise<unknown> {
  const [, namespace, name, traits, input, output] = GetObject$;
  const protocol = config.protocol as unknown as SdkProtocol;
  try {
    return await protocol.deserializeResponse({ namespace, name, traits, input, output }, config, {
      ...response,
      body,
    });
  } catch (err) {
    if (typeof err !== 'object' || err === null) return err;
    // As the SDK's middleware has it, and the rest of the SDK expects it: not to be seen by who prints an error.
    Object.defineProperty(err, '$response', { value: response, enumerable: false });
    const $metadata = { httpStatusCode: response.statusCode };
    return '$metadata' in err ? err : Object.assign(err, { $metadata });
  }
}

interface SdkProtocol {
  deserializeResponse(operation: object, context: object, response: SdkResponse): Promise<unknown>;
}
