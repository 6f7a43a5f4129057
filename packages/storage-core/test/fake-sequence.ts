import type { AttemptContext, PutRequest, SequentialMultipart, UploadProgress } from '../src/client.ts';
import { type Storage, StorageError } from '../src/index.ts';
import type { StorageSettings } from '../src/settings.ts';
import { type FakeClient, fakeStorage } from './fake-client.ts';

export type SequenceVerb = 'start' | 'send' | 'ask' | 'abort';
type Script = (proceed: () => Promise<unknown>, context: AttemptContext, request: unknown) => Promise<unknown>;

interface Begun {
  readonly request: Omit<PutRequest, 'data'> & { readonly sizeBytes: number };
  bytes: Uint8Array;
  done?: UploadProgress;
}

/** Sequential uploads into a {@link FakeClient}, counted and scripted call by call. They keep whole units alone. */
export class FakeSequence implements SequentialMultipart {
  readonly kind = 'sequential';
  readonly partUnitBytes: number = 8;
  readonly uploads = new Map<string, Begun>();
  readonly calls: { readonly verb: SequenceVerb; readonly request: unknown }[] = [];
  readonly #client: FakeClient;
  readonly #scripts = new Map<SequenceVerb, Script[]>();
  #begun = 0;

  constructor(client: FakeClient) {
    this.#client = client;
  }

  script(verb: SequenceVerb, ...scripts: Script[]): void {
    this.#scripts.set(verb, [...(this.#scripts.get(verb) ?? []), ...scripts]);
  }

  requests<T>(verb: SequenceVerb): T[] {
    return this.calls.filter((call) => call.verb === verb).map((call) => call.request as T);
  }

  count(verb: SequenceVerb): number {
    return this.requests(verb).length;
  }

  start(...[request, context]: Parameters<SequentialMultipart['start']>): ReturnType<SequentialMultipart['start']> {
    return this.#run('start', request, context, async () => {
      const uploadId = `secret-${++this.#begun}`;
      this.uploads.set(uploadId, { request, bytes: new Uint8Array() });
      return { kind: 'started', uploadId };
    });
  }

  send(...[request, context]: Parameters<SequentialMultipart['send']>): Promise<UploadProgress> {
    return this.#run('send', request, context, async () => {
      const { uploadId, offset, data, sizeBytes } = request;
      const upload = this.find(uploadId);
      if (offset !== upload.bytes.byteLength) throw new StorageError({ kind: 'unknown', message: 'a gap' });
      this.keep(uploadId, data);
      if (upload.bytes.byteLength < sizeBytes) return { kind: 'committed', sizeBytes: upload.bytes.byteLength };
      upload.done = this.#client.store({ ...upload.request, data: upload.bytes });
      return upload.done;
    });
  }

  ask(...[request, context]: Parameters<SequentialMultipart['ask']>): Promise<UploadProgress> {
    return this.#run('ask', request, context, async () => {
      const { done, bytes } = this.find(request.uploadId);
      return done ?? { kind: 'committed', sizeBytes: bytes.byteLength };
    });
  }

  abort(...[request, context]: Parameters<SequentialMultipart['abort']>): Promise<void> {
    return this.#run('abort', request, context, async () => void this.uploads.delete(request.uploadId));
  }

  keep(uploadId: string, data: Uint8Array): void {
    const upload = this.find(uploadId);
    upload.bytes = Uint8Array.from([...upload.bytes, ...data]);
  }

  find(uploadId: string): Begun {
    const upload = this.uploads.get(uploadId);
    if (upload) return upload;
    throw new StorageError({ kind: 'not_found', message: 'there is no such upload', status: 410 });
  }

  async #run<T>(verb: SequenceVerb, request: unknown, context: AttemptContext, proceed: () => Promise<T>): Promise<T> {
    this.calls.push({ verb, request });
    const script = this.#scripts.get(verb)?.shift();
    return script ? ((await script(proceed, context, request)) as T) : await proceed();
  }
}

/** A storage over a fake client that takes large objects in sequence: from 20 bytes on, in parts of 16. */
export function sequentialStorage(settings: StorageSettings = {}): {
  readonly client: FakeClient;
  readonly sequence: FakeSequence;
  readonly storage: Storage;
} {
  const { client, storage } = fakeStorage({
    minimumSizeForMultipartUpload: 20,
    concurrency: { idealConcurrentRequestSize: 10 },
    ...settings,
  });
  const sequence = new FakeSequence(client);
  Object.assign(client, { multipart: sequence });
  return { client, sequence, storage };
}
