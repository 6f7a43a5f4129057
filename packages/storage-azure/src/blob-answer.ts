import { type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import type { BlobFacts } from './blob-wire.ts';

/** What the headers of an answer say of a blob. */
export function factsIn({ headers }: PipelineResponse): BlobFacts {
  const lastModified = new Date(headers.get('last-modified') ?? '');
  const length = headers.get('content-length') ?? '';
  return {
    etag: headers.get('etag'),
    lastModified: Number.isNaN(lastModified.getTime()) ? undefined : lastModified,
    contentType: headers.get('content-type'),
    metadata: metadataIn(headers),
    contentLength: /^\d{1,15}$/.test(length) ? Number(length) : undefined,
  };
}

const metadataPrefix = 'x-ms-meta-';

function metadataIn(headers: Iterable<[string, string]>): Record<string, string> {
  const found: [string, string][] = [];
  for (const [name, value] of headers) {
    if (name.startsWith(metadataPrefix)) found.push([name.slice(metadataPrefix.length), value]);
  }
  // Not by assignment: Azure takes `__proto__` for a name like any other.
  return Object.fromEntries(found);
}

/**
 * An answer that is no success, as the error that the SDK's generated client makes of it.
 *
 * @param answer With the body's XML or JSON read by the SDK, where it is any.
 */
export function failureFrom(answer: PipelineResponse & { readonly parsedBody?: unknown }): RestError {
  // In lower case as gateways before Azure write them.
  const { code: ofGateway, message: words, error: inJson, Code, Message } = Object(answer.parsedBody) as ErrorBody;
  const said = { code: textIn(Code ?? ofGateway), message: textIn(Message ?? words) };
  const { code, message } = Object(inJson ?? said) as NamedError;
  const error = new RestError(message || (answer.bodyAsText ?? ''), {
    ...(typeof code === 'string' && { code }),
    statusCode: answer.status,
    request: answer.request,
    response: answer,
  });
  error.details = { errorCode: answer.headers.get('x-ms-error-code'), message: said.message };
  return error;
}

/** https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2 (seen 2026-11) */
interface ErrorBody {
  readonly Code?: unknown;
  readonly Message?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly error?: unknown;
}

/** The SDK's parser has the text of an element that has attributes under `#`. */
function textIn(element: unknown): unknown {
  return typeof element === 'object' && element !== null && '#' in element ? element['#'] : element;
}

interface NamedError {
  readonly code?: unknown;
  readonly message?: string;
}
