import { type AttemptSignal, attemptSignal, noDeadline } from './deadline.ts';
import { StorageError, toStorageError } from './errors.ts';
import type { Mechanics } from './mechanics.ts';
import { changedWhileReading, openVersion } from './open-transfer.ts';
import type { ByteRange } from './range.ts';
import type { Operation } from './runner.ts';
import { chunksOf, endTransfer, fillFrom, type Transfer } from './transfer.ts';
import type { VersionInfo } from './version.ts';

/** Which bytes of which state of which object. */
export interface ReadTarget {
  readonly operation: Operation;
  readonly key: string;
  readonly range: ByteRange;
  readonly version: VersionInfo;
}

// A transfer that carried this much before it broke was no failure of the provider's: it does not count against maxTries.
const PROGRESS_BYTES = 1024 * 1024;

/**
 * The bytes of one range of one version. A transfer that breaks off is asked for again from where it was, under the
 * same version, so that what comes out is whole and of one version, or an error.
 */
export class ResumableRead {
  readonly #mechanics: Mechanics;
  readonly #target: ReadTarget;
  #transfer: Transfer | undefined;
  #offset: number;
  #openedAt: number;
  #failures = 0;
  #cancelled = false;
  /** Follows the caller's signal, and fires when the read is cancelled. There once a transfer broke: most never do. */
  #resuming: AttemptSignal | undefined;

  constructor(mechanics: Mechanics, target: ReadTarget, first: Transfer) {
    this.#mechanics = mechanics;
    this.#target = target;
    this.#transfer = first;
    this.#offset = target.range.start;
    this.#openedAt = this.#offset;
  }

  get sizeBytes(): number {
    return this.#target.range.end - this.#target.range.start;
  }

  /** Memory for all bytes, where the client has better than zeroed memory. */
  allocate(): Uint8Array<ArrayBuffer> | undefined {
    return this.#transfer?.body.allocate?.(this.sizeBytes);
  }

  /** Copies all bytes into `into`, which has exactly their size. */
  async fill(into: Uint8Array): Promise<void> {
    while (this.#left > 0) {
      const transfer = await this.#current();
      const done = into.byteLength - this.#left;
      try {
        await fillFrom(transfer, into.subarray(done), this.#idleTimeoutMs, (bytes) => {
          this.#offset += bytes;
        });
      } catch (err) {
        await this.#broken(err);
        continue;
      }
      await this.#ended();
    }
    await this.cancel();
  }

  /** All bytes in order, as they come. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      while (this.#left > 0) yield* this.#transferChunks(await this.#current());
    } finally {
      await this.cancel();
    }
  }

  /** Releases the connection for good: a read that is under way asks for nothing more. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    // First, since a transfer that is complete may let its connection go back to its pool.
    const ended = this.#end();
    this.#resuming?.abort(this.#closed());
    this.#resuming?.release();
    await ended;
  }

  async #end(): Promise<void> {
    const transfer = this.#transfer;
    this.#transfer = undefined;
    if (transfer) await endTransfer(transfer);
  }

  get #left(): number {
    return this.#target.range.end - this.#offset;
  }

  get #idleTimeoutMs(): number {
    return this.#mechanics.settings.timeouts.networkStreamTimeoutMs;
  }

  async *#transferChunks(transfer: Transfer): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunksOf(transfer, this.#idleTimeoutMs)) {
        this.#offset += chunk.byteLength;
        yield chunk;
      }
    } catch (err) {
      return await this.#broken(err);
    }
    await this.#ended();
  }

  async #ended(): Promise<void> {
    if (this.#left > 0) await this.#broken(shortBody(this.#left));
  }

  /** Decides whether a broken transfer goes on; where it does, the next use opens another. */
  async #broken(err: unknown): Promise<void> {
    await this.#end();
    const { runner, emit, settings } = this.#mechanics;
    const { operation } = this.#target;
    if (operation.signal?.aborted) throw operation.signal.reason;
    this.#refuseCancelled();
    const error = toStorageError(err);
    this.#failures = this.#offset - this.#openedAt >= PROGRESS_BYTES ? 1 : this.#failures + 1;
    if (error.retry !== 'again' || this.#failures >= settings.retries.maxTries)
      throw runner.explain(error, operation, this.#failures);
    await runner.wait(this.#resumed(), this.#failures, error.retryAfterMs);
    emit({ kind: 'read_resumed', path: operation.path ?? '', offsetBytes: this.#offset });
  }

  async #current(): Promise<Transfer> {
    this.#refuseCancelled();
    this.#transfer ??= await this.#reopen();
    // Whoever cancelled it was there too early for this transfer.
    if (this.#cancelled) await this.#end();
    this.#refuseCancelled();
    return this.#transfer;
  }

  #refuseCancelled(): void {
    if (this.#cancelled) throw this.#closed();
  }

  #closed(): StorageError {
    const error = new StorageError({ kind: 'closed', message: 'the body was cancelled while it was being read' });
    return this.#mechanics.runner.explain(error, this.#target.operation);
  }

  /** The operation as that of a read which ends when it is cancelled, wherever it is. */
  #resumed(): Operation {
    const { operation } = this.#target;
    this.#resuming ??= attemptSignal(operation.signal, noDeadline);
    return { ...operation, signal: this.#resuming.signal };
  }

  async #reopen(): Promise<Transfer> {
    const { operation, key, version, range } = this.#target;
    this.#openedAt = this.#offset;
    const request = { key, range: { start: this.#offset, end: range.end }, ifVersion: version };
    const opened = await openVersion(this.#mechanics, this.#resumed(), request);
    if (opened === 'changed') throw this.#mechanics.runner.explain(changedWhileReading(), operation);
    return opened.transfer;
  }
}

function shortBody(missingBytes: number): StorageError {
  return new StorageError({
    kind: 'bad_response',
    retry: 'again',
    message: `the body ended ${missingBytes} bytes early`,
  });
}
