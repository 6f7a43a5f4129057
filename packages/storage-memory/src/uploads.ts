import type { ParallelMultipart, PutAnswer, PutRequest } from '@icechunk/storage-core';
import { StorageError } from '@icechunk/storage-core';
import type { InMemoryObjects } from './objects.ts';

interface Upload {
  readonly request: Omit<PutRequest, 'data' | 'condition'>;
  readonly parts: Map<number, Uint8Array>;
}

/** Uploads in parts, invisible until they are completed. */
export class InMemoryUploads implements ParallelMultipart {
  readonly kind = 'parallel';
  readonly minPartSizeBytes = 1;
  readonly maxParts = 10_000;
  readonly #objects: InMemoryObjects;
  readonly #uploads = new Map<string, Upload>();

  constructor(objects: InMemoryObjects) {
    this.#objects = objects;
  }

  async start(request: Omit<PutRequest, 'data' | 'condition'>): Promise<string> {
    const uploadId = crypto.randomUUID();
    this.#uploads.set(uploadId, { request, parts: new Map() });
    return uploadId;
  }

  async uploadPart({
    uploadId,
    partNumber,
    data,
  }: Parameters<ParallelMultipart['uploadPart']>[0]): ReturnType<ParallelMultipart['uploadPart']> {
    this.#find(uploadId).parts.set(partNumber, data.slice());
    return { partNumber, etag: String(partNumber) };
  }

  async complete({ uploadId, parts, condition }: Parameters<ParallelMultipart['complete']>[0]): Promise<PutAnswer> {
    const upload = this.#find(uploadId);
    const data = concat(parts.map(({ partNumber }) => upload.parts.get(partNumber) ?? missingPart(partNumber)));
    const version = this.#objects.put({ ...upload.request, data, ...(condition && { condition }) });
    if (!version) return { kind: 'refused' };
    this.#uploads.delete(uploadId);
    return { kind: 'stored', version };
  }

  async abort({ uploadId }: { readonly uploadId: string }): Promise<void> {
    this.#uploads.delete(uploadId);
  }

  #find(uploadId: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (upload) return upload;
    throw new StorageError({ kind: 'not_found', message: 'there is no such upload', providerCode: 'NoSuchUpload' });
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const data = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.byteLength;
  }
  return data;
}

function missingPart(partNumber: number): never {
  throw new StorageError({ kind: 'bad_response', message: `part ${partNumber} was never uploaded` });
}
