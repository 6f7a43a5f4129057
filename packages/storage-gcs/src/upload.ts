import type { AttemptContext, PutRequest, SequentialMultipart, UploadProgress } from '@icechunk/storage-core';
import { StorageError } from '@icechunk/storage-core';
import { badAnswer } from './errors.ts';
import { drain, type GcsAnswer, type GcsHttp, type GcsRequest } from './http.ts';
import { resourceJson, sendUpload } from './put.ts';
import { bodyOf } from './request-body.ts';
import { bytesIn, storedBy } from './resource.ts';
import { matchParameter } from './version.ts';

type Start = Omit<PutRequest, 'data'> & { readonly sizeBytes: number };
type Part = Parameters<SequentialMultipart['send']>[0];
type Asked = Parameters<SequentialMultipart['ask']>[0];
type Upload = Parameters<SequentialMultipart['abort']>[0];

/**
 * Resumable uploads. The condition is given when the session begins, and holds when the object is made.
 *
 * The id of an upload is the address of its session, which lets whoever has it write: a secret.
 *
 * @see https://cloud.google.com/storage/docs/performing-resumable-uploads (seen 2026-11)
 */
export class GcsResumableUploads implements SequentialMultipart {
  readonly kind = 'sequential';
  /** The provider takes parts of whole 256 KiB, but for the last. */
  readonly partUnitBytes: number = 256 * 1024;
  readonly #http: GcsHttp;

  constructor(http: GcsHttp) {
    this.#http = http;
  }

  async start(request: Start, context: AttemptContext): ReturnType<SequentialMultipart['start']> {
    const { key, condition, sizeBytes } = request;
    const match = matchParameter(condition);
    if (!match) return { kind: 'refused' };
    const session = {
      query: { ...match, uploadType: 'resumable', name: key },
      headers: {
        'content-type': 'application/json; charset=UTF-8',
        'x-upload-content-length': String(sizeBytes),
      },
      body: resourceJson(request),
    };
    const answer = await sendUpload(this.#http, session, condition !== undefined, context);
    if (answer.status === 412) {
      await this.#http.checkRefusal(answer);
      return { kind: 'refused' };
    }
    await drain(answer);
    return { kind: 'started', uploadId: this.#http.checkAddress(answer.headers['location'], answer.status) };
  }

  async send({ uploadId, offset, data, sizeBytes }: Part, context: AttemptContext): Promise<UploadProgress> {
    const end = offset + data.byteLength;
    const { body, headers } = bodyOf([data]);
    const part = { headers: { ...headers, 'content-range': `bytes ${offset}-${end - 1}/${sizeBytes}` }, body };
    return await this.#progress(await this.#put(uploadId, part, context), sizeBytes);
  }

  async ask({ uploadId, sizeBytes }: Asked, context: AttemptContext): Promise<UploadProgress> {
    const question = { headers: { 'content-range': `bytes */${sizeBytes}`, 'content-length': '0' } };
    return await this.#progress(await this.#put(uploadId, question, context), sizeBytes);
  }

  // 499 says that the session is cancelled; it may also be gone already.
  async abort({ uploadId }: Upload, context: AttemptContext): Promise<void> {
    const headers = { 'content-length': '0' };
    await drain(
      await this.#http.sendTo(uploadId, { method: 'DELETE', headers }, [200, 204, 404, 410, 412, 499], context),
    );
  }

  async #put(
    uploadId: string,
    request: Pick<GcsRequest, 'headers' | 'body'>,
    context: AttemptContext,
  ): Promise<GcsAnswer> {
    const expected = [200, 201, 308, 404, 410, 412];
    return await this.#http.sendTo(uploadId, { ...request, method: 'PUT' }, expected, context);
  }

  async #progress(answer: GcsAnswer, sizeBytes: number): Promise<UploadProgress> {
    const { status, headers } = answer;
    if (status === 200 || status === 201) return await storedBy(answer, sizeBytes);
    if (status === 412) {
      await this.#http.checkRefusal(answer);
      return { kind: 'refused' };
    }
    await drain(answer);
    if (status === 308) return { kind: 'committed', sizeBytes: committedBytes(headers['range'], status) };
    throw new StorageError({ kind: 'not_found', message: 'the provider does not know the upload any more', status });
  }
}

/** Without the header nothing of the upload has been kept. */
function committedBytes(range: string | undefined, status: number): number {
  if (range === undefined) return 0;
  const last = bytesIn(/^(?:bytes=)?0-(\d+)$/.exec(range.trim())?.[1]);
  if (last !== undefined) return last + 1;
  throw badAnswer('the answer does not say how much of the upload has been kept', status);
}
