import type { PutAnswer, PutRequest, SequentialMultipart, UploadProgress } from '@icechunk/storage-core';
import { StorageError } from '@icechunk/storage-core';
import type { InMemoryObjects } from '../src/index.ts';

interface Upload {
  readonly request: Omit<PutRequest, 'data'>;
  readonly bytes: Uint8Array;
  readonly answer?: PutAnswer;
}

/** Uploads as Google Cloud Storage takes them: in sequence, under the condition that they began with. */
export class UploadsInSequence implements SequentialMultipart {
  readonly kind = 'sequential';
  readonly partUnitBytes = 4;
  readonly #objects: InMemoryObjects;
  readonly #uploads = new Map<string, Upload>();

  constructor(objects: InMemoryObjects) {
    this.#objects = objects;
  }

  async start({ sizeBytes: _, ...request }: Parameters<SequentialMultipart['start']>[0]) {
    const uploadId = crypto.randomUUID();
    this.#uploads.set(uploadId, { request, bytes: new Uint8Array() });
    return { kind: 'started', uploadId } as const;
  }

  async send({ uploadId, offset, data, sizeBytes }: Parameters<SequentialMultipart['send']>[0]) {
    const { request, bytes } = this.#find(uploadId);
    if (offset !== bytes.byteLength) throw new StorageError({ kind: 'unknown', message: 'a gap' });
    const together = new Uint8Array(offset + data.byteLength);
    together.set(bytes);
    together.set(data, offset);
    const answer = together.byteLength === sizeBytes ? this.#store(request, together) : undefined;
    this.#uploads.set(uploadId, { request, bytes: together, ...(answer && { answer }) });
    return this.#progress(uploadId);
  }

  async ask({ uploadId }: Parameters<SequentialMultipart['ask']>[0]): Promise<UploadProgress> {
    return this.#progress(uploadId);
  }

  async abort({ uploadId }: { readonly uploadId: string }): Promise<void> {
    this.#uploads.delete(uploadId);
  }

  #store(request: Omit<PutRequest, 'data'>, data: Uint8Array): PutAnswer {
    const version = this.#objects.put({ ...request, data });
    return version ? { kind: 'stored', version } : { kind: 'refused' };
  }

  #progress(uploadId: string): UploadProgress {
    const { answer, bytes } = this.#find(uploadId);
    return answer ?? { kind: 'committed', sizeBytes: bytes.byteLength };
  }

  #find(uploadId: string): Upload {
    const upload = this.#uploads.get(uploadId);
    if (upload) return upload;
    throw new StorageError({ kind: 'not_found', message: 'there is no such upload' });
  }
}
