import { type StorageClass, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import {
  type AttemptContext,
  type ByteRange,
  type CopyRequest,
  isStorageError,
  mapConcurrently,
  type PartReceipt,
  type PutAnswer,
  StorageError,
} from '@icechunk/storage-core';
import { conditionEtag } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { S3Multipart } from './multipart.ts';
import { payerOf, sent } from './send.ts';
import type { SourceHead } from './source-head.ts';
import type { S3Target } from './target.ts';

/** Requests at once for one copy: the store moves the bytes, so that more of them gain little. */
const partsAtOnce = 8;

/** How long freeing a failed copy may take: the caller waits for it. */
const abortTimeoutMs = 30_000;

/** Parts of about this size: few requests, and little to do again where one fails. */
const idealPartBytes = 512 * 1024 ** 2;

/** Copies what is too large for one request, part by part, all of one version of the source. */
export class CopyInParts {
  readonly #target: S3Target;
  readonly #limitBytes: number;
  readonly #uploads: S3Multipart;

  constructor(target: S3Target, limitBytes: number) {
    this.#target = target;
    this.#limitBytes = limitBytes;
    this.#uploads = new S3Multipart(target);
  }

  /**
   * @param head The source as it is to be copied; its attributes become the target's.
   * @returns `refused` where the source is no longer the one of the head. Whatever failed, no upload is left behind.
   */
  async copy(request: CopyRequest, head: SourceHead, context: AttemptContext): Promise<PutAnswer> {
    const { toKey: key, storageClass } = request;
    const uploadId = await this.#uploads.begin(
      key,
      { ...head.attributes, ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }) },
      context,
    );
    try {
      const parts = await this.#copyParts(request, head, uploadId, context);
      return await this.#uploads.complete({ key, uploadId, parts }, context);
    } catch (err) {
      await this.#free(key, uploadId);
      if (isStorageError(err) && err.status === 412) return { kind: 'refused' };
      throw isStorageError(err) && err.providerCode === 'NoSuchUpload' ? goneUpload(err) : err;
    }
  }

  /** The first failure ends the other parts; it is thrown when none of them is under way any more. */
  async #copyParts(
    request: CopyRequest,
    head: SourceHead,
    uploadId: string,
    { signal }: AttemptContext,
  ): Promise<PartReceipt[]> {
    const failed = new AbortController();
    const context = { signal: AbortSignal.any([signal, failed.signal]) };
    const ranges = partsOf(head.sizeBytes, this.#limitBytes);
    return await mapConcurrently(ranges.entries(), partsAtOnce, async ([index, range]) => {
      try {
        return await this.#copyPart(request, head, { uploadId, partNumber: index + 1, range }, context);
      } catch (err) {
        failed.abort(err);
        throw err;
      }
    });
  }

  async #copyPart(
    { fromKey, toKey }: CopyRequest,
    head: SourceHead,
    part: { readonly uploadId: string; readonly partNumber: number; readonly range: ByteRange },
    { signal }: AttemptContext,
  ): Promise<PartReceipt> {
    const { bucket, sdk } = this.#target;
    const { partNumber, range } = part;
    const command = new UploadPartCopyCommand({
      Bucket: bucket,
      Key: toKey,
      UploadId: part.uploadId,
      PartNumber: partNumber,
      CopySource: copySource(bucket, fromKey),
      CopySourceRange: `bytes=${range.start}-${range.end - 1}`,
      CopySourceIfMatch: conditionEtag(head.version),
      ...payerOf(this.#target),
    });
    const { CopyPartResult } = await sent(this.#target, sdk.send(command, { abortSignal: signal }));
    const etag = CopyPartResult?.ETag;
    if (etag) return { partNumber, etag };
    throw new StorageError({ kind: 'bad_response', message: 'a part was copied without an etag' });
  }

  /** With a budget of its own, since the attempt's signal may be what ended the copy; what fails here must not hide why. */
  async #free(key: string, uploadId: string): Promise<void> {
    const context = { signal: AbortSignal.timeout(abortTimeoutMs) };
    await this.#uploads.abort({ key, uploadId }, context).catch(() => {});
  }
}

// Not the source is missing: a copy that is sent again begins another upload.
function goneUpload(cause: StorageError): StorageError {
  const { status = 404, providerCode = '' } = cause;
  return new StorageError({
    kind: 'unavailable',
    message: 'the upload was gone during the copy',
    status,
    providerCode,
    cause,
  });
}

/** Parts of one size but the last, as R2 asks for: none larger than one request copies, and not more than 10,000. */
function partsOf(sizeBytes: number, limitBytes: number): ByteRange[] {
  const partBytes = Math.max(Math.min(idealPartBytes, limitBytes), Math.ceil(sizeBytes / 10_000));
  return Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, index) => ({
    start: index * partBytes,
    end: Math.min((index + 1) * partBytes, sizeBytes),
  }));
}
