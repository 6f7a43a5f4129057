import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type StorageClass,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  type AttemptContext,
  isStorageError,
  type ParallelMultipart,
  type PartReceipt,
  type PutAnswer,
  StorageError,
} from '@icechunk/storage-core';
import { conditionFields, hintFor, isRefusal } from './conditions.ts';
import { versionOf } from './put.ts';
import { leaveRefusedConnection } from './refused-connection.ts';
import { payerOf, sent } from './send.ts';
import type { S3Target } from './target.ts';

type Start = Parameters<ParallelMultipart['start']>[0];
type Part = Parameters<ParallelMultipart['uploadPart']>[0];
type Completion = Parameters<ParallelMultipart['complete']>[0];
type Upload = Parameters<ParallelMultipart['abort']>[0];

/** What an upload is begun with. */
export type UploadAttributes = Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key' | 'RequestPayer'>;

/** A receipt with the part's checksum, which the completion must name where the upload was begun with one. */
type S3PartReceipt = PartReceipt & Pick<CompletedPart, ChecksumField>;
type ChecksumField = (typeof checksumFields)[number];

const checksumFields = [
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
] as const;

/**
 * Uploads in parts.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html (5 MiB, 10,000 parts; seen 2026-11)
 */
export class S3Multipart implements ParallelMultipart {
  readonly kind = 'parallel' as const;
  readonly minPartSizeBytes: number = 5 * 1024 * 1024;
  readonly maxParts: number = 10_000;
  readonly #target: S3Target;

  constructor(target: S3Target) {
    this.#target = target;
  }

  start({ key, contentType, metadata, storageClass }: Start, context: AttemptContext): Promise<string> {
    const attributes = {
      ...this.#checksum(),
      ...(contentType !== undefined && { ContentType: contentType }),
      ...(metadata && { Metadata: metadata }),
      // The SDK names the classes that it knows, and a store may have others.
      ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
    };
    return this.begin(key, attributes, context);
  }

  /** As {@link S3Multipart.start}, in the SDK's words: for parts that are copied, too. @returns The upload's id. */
  async begin(key: string, attributes: UploadAttributes, context: AttemptContext): Promise<string> {
    const { sdk } = this.#target;
    const command = new CreateMultipartUploadCommand({ ...this.#place(key), ...attributes });
    const hint = hintFor(undefined, attributes.Metadata);
    const { UploadId } = await sent(this.#target, sdk.send(command, { abortSignal: context.signal }), { hint });
    if (UploadId) return UploadId;
    throw new StorageError({ kind: 'bad_response', message: 'the upload was begun without an id' });
  }

  async uploadPart({ key, uploadId, partNumber, data }: Part, context: AttemptContext): Promise<S3PartReceipt> {
    const { sdk } = this.#target;
    const place = { ...this.#place(key), UploadId: uploadId, PartNumber: partNumber };
    const command = new UploadPartCommand({ ...place, ...this.#checksum(), Body: data });
    const output = await sent(this.#target, sdk.send(command, { abortSignal: context.signal }));
    if (!output.ETag) throw new StorageError({ kind: 'bad_response', message: 'a part was taken without an etag' });
    return { partNumber, etag: output.ETag, ...checksumsOf(output) };
  }

  async complete(request: Completion, context: AttemptContext): Promise<PutAnswer> {
    const { key, uploadId, condition, parts } = request;
    const { sdk } = this.#target;
    const command = new CompleteMultipartUploadCommand({
      ...this.#place(key),
      ...conditionFields(condition),
      UploadId: uploadId,
      MultipartUpload: { Parts: parts.map(completedPart) },
    });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        leaveRefusedConnection(result.response);
        return result;
      },
      { step: 'deserialize', name: 'icechunkRefusedConnection', priority: 'low' },
    );
    try {
      const hint = hintFor(condition?.kind, undefined);
      const { ETag } = await sent(this.#target, sdk.send(command, { abortSignal: context.signal }), { hint });
      return { kind: 'stored', version: versionOf(ETag) };
    } catch (err) {
      if (isRefusedCompletion(err, condition)) return { kind: 'refused' };
      throw err;
    }
  }

  async abort({ key, uploadId }: Upload, context: AttemptContext): Promise<void> {
    const { sdk } = this.#target;
    const command = new AbortMultipartUploadCommand({ ...this.#place(key), UploadId: uploadId });
    try {
      await sent(this.#target, sdk.send(command, { abortSignal: context.signal }));
    } catch (err) {
      if (!isStorageError(err, 'not_found')) throw err;
    }
  }

  #place(key: string): { Bucket: string; Key: string; RequestPayer?: 'requester' } {
    return { Bucket: this.#target.bucket, Key: key, ...payerOf(this.#target) };
  }

  #checksum(): { ChecksumAlgorithm?: NonNullable<S3Target['checksumAlgorithm']> } {
    const { checksumAlgorithm } = this.#target;
    return checksumAlgorithm ? { ChecksumAlgorithm: checksumAlgorithm } : {};
  }
}

// A 404 may also mean that the upload is gone, which only a read-back can explain.
function isRefusedCompletion(err: unknown, condition: Completion['condition']): boolean {
  return isRefusal(err, condition) && (err.status !== 404 || err.providerCode === 'NoSuchKey');
}

function completedPart(receipt: PartReceipt): CompletedPart {
  return { PartNumber: receipt.partNumber, ETag: receipt.etag, ...checksumsOf(receipt as S3PartReceipt) };
}

function checksumsOf(from: Pick<CompletedPart, ChecksumField>): Pick<CompletedPart, ChecksumField> {
  const given = checksumFields.filter((field) => from[field] !== undefined);
  return Object.fromEntries(given.map((field) => [field, from[field]]));
}
