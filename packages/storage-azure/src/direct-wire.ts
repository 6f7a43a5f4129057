import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { type NodeReadable, StorageError, streamBody } from '@icechunk/storage-core';
import { factsIn, failureFrom } from './blob-answer.ts';
import { blobAddress, type RequestHeaders, readHeaders, writeHeaders } from './blob-request.ts';
import type { BlobAnswer, BlobFacts, BlobRead, BlobWire, BlobWrite } from './blob-wire.ts';
import type { Sender } from './pipeline.ts';

/**
 * {@link BlobWire} past the SDK's generated client, whose work for each request is that of many: it makes a client for the blob,
 * checks and renames arguments and headers by tables, and reads them into fields that nobody asks for.
 *
 * What is left to the SDK is its pipeline, with the steps that authorise, and its HTTP client.
 */
export class DirectWire implements BlobWire {
  readonly #containerUrl: string;
  readonly #sender: Sender;

  /** @param containerUrl As `ContainerClient.url`, without a query. */
  constructor(containerUrl: string, sender: Sender) {
    this.#containerUrl = containerUrl;
    this.#sender = sender;
  }

  async get(read: BlobRead, signal: AbortSignal): Promise<BlobAnswer> {
    const answer = await this.#send('GET', read.key, readHeaders(read), signal);
    if (!withBody.has(answer.status)) throw failureFrom(answer);
    const facts = factsIn(answer);
    const body = await bodyOf(answer);
    if (facts.etag !== undefined && facts.contentLength !== undefined)
      return { ...facts, status: answer.status, contentRange: answer.headers.get('content-range'), body };
    streamBody(body, { sizeBytes: Number.POSITIVE_INFINITY }).cancel();
    // As the SDK's client refuses it.
    throw new RangeError('the answer to a read has no length or no etag');
  }

  async head(read: BlobRead, signal: AbortSignal): Promise<BlobFacts> {
    const answer = await this.#send('HEAD', read.key, readHeaders(read), signal);
    if (answer.status !== 200) throw failureFrom(answer);
    return factsIn(answer);
  }

  async put(write: BlobWrite, signal: AbortSignal): Promise<Pick<BlobFacts, 'etag'>> {
    const answer = await this.#send('PUT', write.key, writeHeaders(write), signal, write.data);
    if (answer.status !== 201) throw failureFrom(answer);
    return { etag: answer.headers.get('etag') };
  }

  async #send(
    method: 'GET' | 'HEAD' | 'PUT',
    key: string,
    given: RequestHeaders,
    abortSignal: AbortSignal,
    body?: Uint8Array,
  ): Promise<PipelineResponse> {
    const headers = createHttpHeaders({ accept: 'application/xml', 'x-ms-version': this.#sender.version });
    for (const [name, value] of Object.entries(given)) if (value !== undefined) headers.set(name, value);
    const request = createPipelineRequest({
      url: blobAddress(this.#containerUrl, key),
      method,
      headers,
      abortSignal,
      // What may be sent over plain http is checked with the options, and for each token.
      allowInsecureConnection: true,
      ...(body && { body }),
      ...(method === 'GET' && { streamResponseStatusCodes: withBody }),
    });
    return await this.#sender.send(request);
  }
}

const withBody = new Set([200, 206]);

async function bodyOf({ readableStreamBody, blobBody }: PipelineResponse): Promise<BlobAnswer['body']> {
  const body = (readableStreamBody as unknown as NodeReadable | undefined) ?? (await blobBody)?.stream();
  if (body) return body;
  throw new StorageError({ kind: 'bad_response', message: 'the answer has no body' });
}
