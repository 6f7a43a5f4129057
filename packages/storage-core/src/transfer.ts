import type { ClientBody } from './client.ts';
import { type AttemptSignal, race } from './deadline.ts';
import { StorageError } from './errors.ts';

/** A body on its way, and which of its bytes are wanted. */
export interface Transfer {
  readonly body: ClientBody;
  readonly attempt: AttemptSignal;
  /** Bytes before the wanted ones: a server that ignored the range sends the whole object. */
  readonly skipBytes: number;
  readonly takeBytes: number;
}

/** Ends a transfer and lets go of the caller's signal. Safe to call twice. */
export async function endTransfer({ body, attempt }: Transfer): Promise<void> {
  attempt.release();
  await body.cancel();
}

/**
 * The wanted bytes as they come; ends early where the body does. The body is not released: see {@link endTransfer}.
 *
 * @param idleTimeoutMs How long to wait for a chunk; 0 for ever.
 * @throws {@link StorageError} `timeout`; the attempt's reason; whatever the client throws.
 */
export async function* chunksOf(transfer: Transfer, idleTimeoutMs: number): AsyncGenerator<Uint8Array> {
  const { body, attempt } = transfer;
  let skip = transfer.skipBytes;
  let left = transfer.takeBytes;
  const chunks = body[Symbol.asyncIterator]();
  while (left > 0) {
    const { done, value } = await nextChunk(chunks, attempt, idleTimeoutMs);
    if (done) return;
    const wanted = value.subarray(skip, skip + left);
    skip -= Math.min(skip, value.byteLength);
    left -= wanted.byteLength;
    if (wanted.byteLength > 0) yield wanted;
  }
}

/** Copies the wanted bytes into `target`, which has room for all of them, and says how many came. */
export async function fillFrom(transfer: Transfer, target: Uint8Array, idleTimeoutMs: number): Promise<number> {
  const { body, attempt, skipBytes, takeBytes } = transfer;
  if (body.readInto && skipBytes === 0) return await attempt.race(body.readInto(target.subarray(0, takeBytes)));
  let filled = 0;
  for await (const chunk of chunksOf(transfer, idleTimeoutMs)) {
    target.set(chunk, filled);
    filled += chunk.byteLength;
  }
  return filled;
}

async function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
  attempt: AttemptSignal,
  idleTimeoutMs: number,
): Promise<IteratorResult<Uint8Array, unknown>> {
  if (idleTimeoutMs <= 0) return await attempt.race(chunks.next());
  const expire = (): void => attempt.abort(idle(idleTimeoutMs));
  const timer = setTimeout(expire, idleTimeoutMs);
  try {
    return await race(chunks.next(), attempt.signal);
  } finally {
    clearTimeout(timer);
  }
}

function idle(ms: number): StorageError {
  return new StorageError({ kind: 'timeout', message: `no byte came within networkStreamTimeoutMs of ${ms} ms` });
}
