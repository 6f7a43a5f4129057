import { CopyObjectCommand, type StorageClass } from '@aws-sdk/client-s3';
import {
  type AttemptContext,
  type CopyRequest,
  isStorageError,
  type PutAnswer,
  StorageError,
  type VersionInfo,
} from '@icechunk/storage-core';
import { conditionEtag, isSameInConditions } from './conditions.ts';
import { CopyInParts } from './copy-parts.ts';
import { copySource } from './copy-source.ts';
import { versionOf } from './put.ts';
import { payerOf, sent } from './send.ts';
import { type SourceAttributes, sourceHead } from './source-head.ts';
import type { S3Target } from './target.ts';
import type { S3Wire } from './wire.ts';

/** Copies objects without their bytes passing through here. See `StorageClient.copy`. */
export class S3Copy {
  readonly #target: S3Target;
  readonly #wire: S3Wire;
  readonly #limitBytes: number;
  readonly #inParts: CopyInParts;

  /** @param limitBytes The largest object that one request copies: 5 GiB on S3. */
  constructor(target: S3Target, wire: S3Wire, limitBytes: number) {
    this.#target = target;
    this.#wire = wire;
    this.#limitBytes = limitBytes;
    this.#inParts = new CopyInParts(target, limitBytes);
  }

  /**
   * One request for nearly every copy: what is too large for one is found out by its refusal. A new content type needs the
   * source's head first, since S3 keeps either all of the source's attributes or none.
   */
  async copy(request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
    if (request.contentType !== undefined) return await this.#withHead(request, context);
    try {
      return await this.#atOnce(request, request.ifVersion, {}, context);
    } catch (err) {
      if (!mayBeTooLarge(err)) throw err;
      return await this.#withHead(request, context, err);
    }
  }

  /** @param refusal What a copy in one request has failed with, and does so still where the source is not too large. */
  async #withHead(request: CopyRequest, context: AttemptContext, refusal?: StorageError): Promise<PutAnswer> {
    const { fromKey, ifVersion, contentType } = request;
    const { version, sizeBytes, attributes } = await sourceHead(this.#wire, fromKey, context);
    if (ifVersion && !isSameInConditions(version, ifVersion)) return { kind: 'refused' };
    const kept = { ...attributes, ...(contentType !== undefined && { ContentType: contentType }) };
    const isLarge = sizeBytes > this.#limitBytes;
    if (refusal && !isLarge) throw refusal;
    const answer = isLarge
      ? await this.#inParts.copy(request, { version, sizeBytes, attributes: kept }, context)
      : await this.#atOnce(request, version, kept, context);
    if (answer.kind === 'stored' || ifVersion) return answer;
    // No condition was asked for: this one only keeps the attributes to the bytes that they belong to.
    throw new StorageError({ kind: 'unavailable', message: 'the source was replaced while it was being copied' });
  }

  /** @param replaced All attributes of the target; empty keeps the source's. */
  async #atOnce(
    { fromKey, toKey, storageClass }: CopyRequest,
    ifVersion: VersionInfo | undefined,
    replaced: SourceAttributes,
    { signal }: AttemptContext,
  ): Promise<PutAnswer> {
    const { bucket, sdk } = this.#target;
    const command = new CopyObjectCommand({
      Bucket: bucket,
      Key: toKey,
      CopySource: copySource(bucket, fromKey),
      ...(ifVersion && { CopySourceIfMatch: conditionEtag(ifVersion) }),
      ...(Object.keys(replaced).length > 0 && { ...replaced, MetadataDirective: 'REPLACE' as const }),
      ...(storageClass !== undefined && { StorageClass: storageClass as StorageClass }),
      ...payerOf(this.#target),
    });
    try {
      const { CopyObjectResult } = await sent(this.#target, sdk.send(command, { abortSignal: signal }));
      return { kind: 'stored', version: versionOf(CopyObjectResult?.ETag) };
    } catch (err) {
      if (ifVersion && isStorageError(err) && err.status === 412) return { kind: 'refused' };
      throw err;
    }
  }
}

/**
 * True for the refusals of a source over the limit: AWS says 400 `InvalidRequest`, and MinIO 400 `EntityTooLarge`.
 *
 * @see https://github.com/rclone/rclone/issues/2375 (what AWS answers, seen 2026-11)
 */
function mayBeTooLarge(err: unknown): err is StorageError {
  return isStorageError(err) && (err.status === 413 || (err.status === 400 && tooLarge.has(err.providerCode ?? '')));
}

const tooLarge: ReadonlySet<string> = new Set(['InvalidRequest', 'EntityTooLarge', 'InvalidArgument']);
