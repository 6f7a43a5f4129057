import type { BlobDownloadResponseParsed, ContainerClient } from '@azure/storage-blob';
import { type NodeReadable, StorageError } from '@icechunk/storage-core';
import type { BlobAnswer, BlobFacts, BlobRead, BlobWire, BlobWrite } from './blob-wire.ts';

/** {@link BlobWire} by the SDK's client: what is right, and the way of a caller's own. */
export class SdkWire implements BlobWire {
  readonly #container: ContainerClient;

  constructor(container: ContainerClient) {
    this.#container = container;
  }

  async get({ key, range, conditions }: BlobRead, signal: AbortSignal): Promise<BlobAnswer> {
    const giveUp = controllerAfter(signal);
    const options = { conditions, abortSignal: giveUp.signal, maxRetryRequests: 0 };
    try {
      const answer = await this.#container
        .getBlobClient(key)
        .download(range?.start, range && range.end - range.start, options);
      // By name: they are no properties of its own.
      const { etag, lastModified, contentType, metadata, contentLength, contentRange, _response } = answer;
      const facts = { etag, lastModified, contentType, metadata, contentLength, contentRange };
      return { ...facts, status: _response.status, body: await bodyOf(answer) };
    } catch (err) {
      // A body that is left unread would hold its connection; the SDK keeps that of an answer without a length or an etag.
      giveUp.abort();
      throw err;
    }
  }

  async head({ key, conditions }: BlobRead, signal: AbortSignal): Promise<BlobFacts> {
    return await this.#container.getBlobClient(key).getProperties({ conditions, abortSignal: signal });
  }

  async put({ key, data, attributes, conditions }: BlobWrite, signal: AbortSignal): Promise<Pick<BlobFacts, 'etag'>> {
    const options = { ...attributes, conditions, abortSignal: signal };
    return await this.#container.getBlockBlobClient(key).upload(data, data.byteLength, options);
  }
}

// Not AbortSignal.any, which takes Node as long as all else of a small read that is done here.
function controllerAfter(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller;
}

async function bodyOf(answer: BlobDownloadResponseParsed): Promise<BlobAnswer['body']> {
  const { readableStreamBody, blobBody } = answer;
  const body = (readableStreamBody as unknown as NodeReadable | undefined) ?? (await blobBody)?.stream();
  if (body) return body;
  throw new StorageError({ kind: 'bad_response', message: 'the answer has no body' });
}
