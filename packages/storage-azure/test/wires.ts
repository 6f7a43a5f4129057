import { cloudDefaults, isStorageError, resolveSettings, streamBody } from '@icechunk/storage-core';
import type { BlobRead, BlobWire, BlobWrite } from '../src/blob-wire.ts';
import { isConditionFailure } from '../src/conditions.ts';
import { connectAzure } from '../src/connect.ts';
import { errorFromAzure, failureOf } from '../src/errors.ts';
import { SdkWire } from '../src/sdk-wire.ts';
import type { AzureTarget } from '../src/target.ts';

/** Both ways to send a request: the SDK's, which says what is right, and the one past its generated client. */
export const wires: readonly (readonly [name: 'sdk' | 'direct', of: (target: AzureTarget) => BlobWire])[] = [
  ['sdk', ({ container }) => new SdkWire(container)],
  ['direct', ({ wire }) => wire as BlobWire],
];

/** What a storage with a key talks to. */
export function targetAt(url: string, accountKey = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA=='): AzureTarget {
  const place = { account: 'weather', container: 'grids', endpointUrl: url, allowHttp: true, accountKey };
  return connectAzure(place, 'accountKey', resolveSettings(cloudDefaults, undefined));
}

/** One request of a wire. */
export type WireRequest = BlobRead | BlobWrite;

/** A request by its verb. */
export function send(wire: BlobWire, method: string, request: WireRequest, signal: AbortSignal): Promise<object> {
  if (method === 'PUT') return wire.put(request as BlobWrite, signal);
  return method === 'HEAD' ? wire.head(request, signal) : wire.get(request, signal);
}

const facts = ['status', 'etag', 'lastModified', 'contentType', 'metadata', 'contentLength', 'contentRange'];

/** What one request comes to, to be compared: what is used of an answer, and all that is made of an error. */
export async function outcomeOf(
  wire: BlobWire,
  method: string,
  request: WireRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<object> {
  try {
    const answer = await send(wire, method, request, signal);
    const used = method === 'PUT' ? ['etag'] : facts;
    const said = Object.fromEntries(used.map((name) => [name, Reflect.get(answer, name)]));
    return { ...said, ...('body' in answer && method === 'GET' && { body: await textOf(answer.body as never) }) };
  } catch (err) {
    const error = errorFromAzure(err, { url: 'https://weather.blob.core.windows.net/grids' });
    const { kind, retry, status, providerCode, message, retryAfterMs, cause } = error;
    const failure = isStorageError(err) ? {} : { ...failureOf(err), condition: isConditionFailure(err) };
    // The SDK's client has words of its own for an answer without a length or an etag.
    const words = cause?.name === 'RangeError' ? [cause.name] : [cause?.name, cause?.code, cause?.message];
    return { kind, retry, status, providerCode, message, retryAfterMs, cause: words, failure };
  }
}

async function textOf(stream: Parameters<typeof streamBody>[0]): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of streamBody(stream, { sizeBytes: Number.POSITIVE_INFINITY })) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } catch (err) {
    const { kind, retry } = errorFromAzure(err);
    return `${Buffer.concat(chunks)} and then ${kind}, ${retry}`;
  }
}
