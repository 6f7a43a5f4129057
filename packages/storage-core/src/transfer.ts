import type { ClientBody } from './client.ts';
import type { AttemptSignal } from './deadline.ts';
import { StorageError } from './errors.ts';

/** A body on its way, and which of its bytes are wanted. */
export interface Transfer {
  readonly body: ClientBody;
  readonly attempt: AttemptSignal;
  /** Bytes before the wanted ones: a server that ignored the range sends the whole object. */
  readonly skipBytes: number;
  readonly takeBytes: number;
}

/** Ends a transfer and lets go of the caller's signal. Safe to call twice, and never throws. */
export async function endTransfer({ body, attempt }: Transfer): Promise<void> {
  attempt.release();
  const released = releaseBody(body);
  // A client that was told by its signal and hangs must not hold its caller.
  if (!attempt.signal.aborted) await released;
}

/** Cancels a body. What fails at that must neither take away bytes that came nor hide why they did not. */
export async function releaseBody(body: ClientBody): Promise<void> {
  try {
    await body.cancel();
  } catch {}
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

/**
 * Copies the wanted bytes into `target`, which has room for all of them.
 *
 * @param came Told of bytes as they come, how many: those stay, also where what follows fails.
 */
export async function fillFrom(
  transfer: Transfer,
  target: Uint8Array,
  idleTimeoutMs: number,
  came: (bytes: number) => void,
): Promise<void> {
  const { body, attempt, skipBytes, takeBytes } = transfer;
  // From within readInto nobody can tell whether bytes still come.
  if (body.readInto && skipBytes === 0 && idleTimeoutMs <= 0) {
    return came(checkedCount(await attempt.race(body.readInto(target.subarray(0, takeBytes))), takeBytes));
  }
  let filled = 0;
  for await (const chunk of chunksOf(transfer, idleTimeoutMs)) {
    target.set(chunk, filled);
    filled += chunk.byteLength;
    came(chunk.byteLength);
  }
}

// A count that is none would let zeros pass for bytes.
function checkedCount(count: number, most: number): number {
  if (Number.isSafeInteger(count) && count >= 0 && count <= most) return count;
  throw new StorageError({ kind: 'bad_response', message: `readInto says that ${count} of ${most} bytes came` });
}

async function nextChunk(
  chunks: AsyncIterator<Uint8Array>,
  attempt: AttemptSignal,
  idleTimeoutMs: number,
): Promise<IteratorResult<Uint8Array, unknown>> {
  const next = chunks.next();
  if (idleTimeoutMs <= 0) return await attempt.race(next);
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Not a race with the signal that the timer fires: listening to one costs Node more than all the rest of a small read.
  const inTime = new Promise<IteratorResult<Uint8Array, unknown>>((resolve, reject) => {
    timer = setTimeout(() => {
      const late = idle(idleTimeoutMs);
      attempt.abort(late);
      reject(late);
    }, idleTimeoutMs);
    next.then(resolve, reject);
  });
  try {
    return await attempt.race(inTime);
  } finally {
    clearTimeout(timer);
  }
}

function idle(ms: number): StorageError {
  return new StorageError({ kind: 'timeout', message: `no byte came within networkStreamTimeoutMs of ${ms} ms` });
}
