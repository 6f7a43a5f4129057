import type { AttemptContext, PutAnswer, PutRequest, SequentialMultipart, UploadProgress } from './client.ts';
import { isStorageError, StorageError } from './errors.ts';
import { freeUpload } from './free-upload.ts';
import type { Mechanics } from './mechanics.ts';
import { checkedPutAnswer } from './put-answer.ts';
import type { Operation } from './runner.ts';

// A provider that loses an upload as often will lose the next one too.
const MAX_UPLOADS = 3;

/**
 * Uploads part after part, with the condition on the start. After a failure the provider is asked how far it came, and what it
 * has is not sent again; an upload that it lost is begun anew. A failure frees what was uploaded.
 *
 * @param onFailure Sees what the last part, and only it, failed with: nothing is visible before it.
 */
export async function putInSequence(
  mechanics: Mechanics,
  operation: Operation,
  multipart: SequentialMultipart,
  request: PutRequest,
  onFailure: (error: StorageError) => void,
): Promise<PutAnswer> {
  for (let uploads = 1; ; uploads++) {
    const uploadId = await start(mechanics, operation, multipart, request);
    if (uploadId === undefined) return { kind: 'refused' };
    const upload = new Upload(mechanics, operation, multipart, { ...request, uploadId, onFailure });
    const answer = await upload.sendAll();
    if (answer !== 'lost') return answer;
    if (uploads === MAX_UPLOADS) throw mechanics.runner.explain(lostUpload(), operation, uploads);
  }
}

/** @returns The upload's id; undefined where the condition is refused at once. */
async function start(
  mechanics: Mechanics,
  operation: Operation,
  multipart: SequentialMultipart,
  { data, ...request }: PutRequest,
): Promise<string | undefined> {
  const { key } = request;
  const started = await mechanics.runner.run(
    operation,
    (context) => multipart.start({ ...request, sizeBytes: data.byteLength }, context),
    {
      discard: (begunTooLate) =>
        begunTooLate.kind === 'started' &&
        freeUpload(mechanics, operation, multipart, { key, uploadId: begunTooLate.uploadId }),
    },
  );
  return started.kind === 'started' ? started.uploadId : undefined;
}

interface UploadFields {
  readonly key: string;
  readonly uploadId: string;
  readonly data: Uint8Array;
  readonly onFailure: (error: StorageError) => void;
}

/** One upload on its way. */
class Upload {
  readonly #mechanics: Mechanics;
  readonly #operation: Operation;
  readonly #multipart: SequentialMultipart;
  readonly #fields: UploadFields;
  readonly #partSizeBytes: number;
  /** Where the next bytes go. */
  #offset = 0;
  /** The farthest that the provider ever came: each part must lead beyond it, so that there is an end. */
  #farthest = 0;
  /** The last attempt failed, so that nobody knows what of it arrived. */
  #isUncertain = false;

  constructor(mechanics: Mechanics, operation: Operation, multipart: SequentialMultipart, fields: UploadFields) {
    this.#mechanics = mechanics;
    this.#operation = operation;
    this.#multipart = multipart;
    this.#fields = fields;
    const { partUnitBytes } = multipart;
    const { idealConcurrentRequestSize } = mechanics.settings.concurrency;
    this.#partSizeBytes = Math.ceil(idealConcurrentRequestSize / partUnitBytes) * partUnitBytes;
  }

  /** @returns `lost` where the provider knows nothing of the upload any more. */
  async sendAll(): Promise<PutAnswer | 'lost'> {
    const { key, uploadId } = this.#fields;
    const free = (): Promise<void> => freeUpload(this.#mechanics, this.#operation, this.#multipart, { key, uploadId });
    try {
      for (;;) {
        const progress = await this.#sendPart();
        if (progress.kind === 'refused') await free();
        if (progress.kind !== 'committed') return progress;
      }
    } catch (err) {
      if (isStorageError(err, 'not_found')) return 'lost';
      await free();
      throw err;
    }
  }

  async #sendPart(): Promise<UploadProgress> {
    const { data, onFailure } = this.#fields;
    const end = Math.min(this.#farthest + this.#partSizeBytes, data.byteLength);
    const noteFailure = (error: StorageError): void => {
      this.#isUncertain = true;
      if (end === data.byteLength) onFailure(error);
    };
    const send = async (context: AttemptContext): Promise<UploadProgress> => {
      const known = this.#isUncertain ? await this.#ask(context) : undefined;
      if (known && known.kind !== 'committed') return known;
      return this.#offset >= end && known ? known : await this.#send(end, context);
    };
    const progress = await this.#mechanics.runner.run(this.#operation, send, { onFailure: noteFailure });
    this.#isUncertain = false;
    return progress;
  }

  async #ask(context: AttemptContext): Promise<UploadProgress> {
    const { key, uploadId, data } = this.#fields;
    const progress = await this.#multipart.ask({ key, uploadId, sizeBytes: data.byteLength }, context);
    return this.#noted(progress);
  }

  async #send(end: number, context: AttemptContext): Promise<UploadProgress> {
    const { key, uploadId, data } = this.#fields;
    const offset = this.#offset;
    const before = this.#farthest;
    const part = { key, uploadId, offset, data: data.subarray(offset, end), sizeBytes: data.byteLength };
    const progress = this.#noted(await this.#multipart.send(part, context));
    if (progress.kind === 'committed' && this.#farthest <= before) {
      throw new StorageError({ kind: 'unavailable', message: 'the provider kept none of the bytes that it was sent' });
    }
    return progress;
  }

  #noted(progress: UploadProgress): UploadProgress {
    if (progress.kind !== 'committed') return checkedPutAnswer(progress);
    this.#check(progress.sizeBytes);
    const { sizeBytes } = progress;
    this.#offset = sizeBytes;
    this.#farthest = Math.max(this.#farthest, sizeBytes);
    return progress;
  }

  #check(sizeBytes: number): void {
    const wholeBytes = this.#fields.data.byteLength;
    if (sizeBytes === wholeBytes)
      throw new StorageError({
        kind: 'unavailable',
        message: 'the provider has every byte and did not make the object',
      });
    if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 && sizeBytes < wholeBytes) return;
    throw new StorageError({
      kind: 'bad_response',
      message: `the provider says that it has ${sizeBytes} of ${wholeBytes} bytes`,
    });
  }
}

function lostUpload(): StorageError {
  return new StorageError({
    kind: 'unavailable',
    message: `the provider lost the upload ${MAX_UPLOADS} times`,
    retry: 'no',
  });
}
