import type { ObjectBody } from './contract.ts';
import { StorageError } from './errors.ts';
import type { ByteRange } from './range.ts';
import type { ResumableRead } from './resumable-read.ts';
import type { VersionInfo } from './version.ts';

/** What an answer said of the object, without its body. */
export type ObjectFacts = Omit<ObjectBody, 'bytes' | 'stream' | 'cancel' | 'range'>;

/** The body of one object or range: one read, or several that lie side by side and have one version. */
export class PartedBody implements ObjectBody {
  readonly version: VersionInfo;
  readonly sizeBytes: number;
  readonly range: ByteRange;
  declare readonly lastModified?: Date;
  declare readonly contentType?: string;
  declare readonly metadata?: Readonly<Record<string, string>>;
  readonly #parts: readonly ResumableRead[];
  #used = false;

  constructor(facts: ObjectFacts, range: ByteRange, parts: readonly ResumableRead[]) {
    this.version = facts.version;
    this.sizeBytes = facts.sizeBytes;
    this.range = range;
    if (facts.lastModified) this.lastModified = facts.lastModified;
    if (facts.contentType !== undefined) this.contentType = facts.contentType;
    if (facts.metadata) this.metadata = facts.metadata;
    this.#parts = parts;
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#use();
    try {
      const bytes = this.#memory();
      await Promise.all(this.#slices(bytes).map(([part, into]) => part.fill(into)));
      return bytes;
    } catch (err) {
      await this.#release();
      throw err;
    }
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#use();
    const chunks = this.#chunks();
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: async (controller) => {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(value as Uint8Array<ArrayBuffer>);
        },
        cancel: () => this.#release(),
      },
      // Nothing is read before it is asked for.
      { highWaterMark: 0 },
    );
  }

  async cancel(): Promise<void> {
    this.#used = true;
    await this.#release();
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (const part of this.#parts) yield* part.chunks();
    } finally {
      await this.#release();
    }
  }

  #memory(): Uint8Array<ArrayBuffer> {
    const sizeBytes = this.range.end - this.range.start;
    try {
      const given = this.#parts.length === 1 ? this.#parts[0]?.allocate() : undefined;
      return given?.byteLength === sizeBytes ? given : new Uint8Array(sizeBytes);
    } catch (err) {
      const message = `no array can be had for the ${sizeBytes} bytes of this body: read it with stream()`;
      throw new StorageError({ kind: 'unsupported', message, cause: err });
    }
  }

  #slices(bytes: Uint8Array): [ResumableRead, Uint8Array][] {
    let end = 0;
    return this.#parts.map((part) => {
      end += part.sizeBytes;
      return [part, bytes.subarray(end - part.sizeBytes, end)];
    });
  }

  async #release(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.cancel()));
  }

  #use(): void {
    if (this.#used)
      throw new StorageError({ kind: 'invalid_options', message: 'this body was used or cancelled before' });
    this.#used = true;
  }
}
