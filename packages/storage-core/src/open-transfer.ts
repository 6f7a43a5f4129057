import type { AttemptContext, GetAnswer, GetRequest } from './client.ts';
import type { AttemptSignal } from './deadline.ts';
import { StorageError } from './errors.ts';
import type { Mechanics } from './mechanics.ts';
import { type BodySlice, type ByteRange, sliceOfAnswer } from './range.ts';
import type { Operation } from './runner.ts';
import { endTransfer, type Transfer } from './transfer.ts';
import { isEmptyVersion, isSameVersion, type VersionInfo } from './version.ts';

/** An answer that holds an object. */
export type FoundAnswer = Extract<GetAnswer, { kind: 'found' }>;

/** An object on its way. */
export interface OpenTransfer {
  readonly answer: FoundAnswer;
  readonly transfer: Transfer;
}

/** Sends a get. @returns The transfer, or which condition was met instead. */
export async function openTransfer(
  { client, runner }: Mechanics,
  operation: Operation,
  request: GetRequest,
): Promise<OpenTransfer | 'changed' | 'not_modified'> {
  const opened = await runner.open(operation, async (context) => checked(await client.get(request, context), context));
  const { value: answer, attempt } = opened;
  if (answer.kind === 'found') return await transferOf(answer, attempt, request);
  attempt.release();
  return answer.kind;
}

/** As {@link openTransfer} for bytes of one version: also where a server ignores conditions on reads. */
export async function openVersion(
  mechanics: Mechanics,
  operation: Operation,
  request: GetRequest & { readonly ifVersion: VersionInfo },
): Promise<OpenTransfer | 'changed'> {
  const opened = await openTransfer(mechanics, operation, request);
  if (opened === 'changed' || opened === 'not_modified') return 'changed';
  if (isSameVersion(opened.answer.version, request.ifVersion)) return opened;
  await endTransfer(opened.transfer);
  return 'changed';
}

/** For a read that cannot be finished with bytes of the version that it began with. */
export function changedWhileReading(): StorageError {
  return new StorageError({
    kind: 'changed_while_reading',
    message: 'the object was replaced while it was being read',
  });
}

// An answer may come after its caller has gone: nobody else would release it.
async function checked(answer: GetAnswer, { signal }: AttemptContext): Promise<GetAnswer> {
  if (answer.kind !== 'found') return answer;
  const fault = signal.aborted ? signal.reason : faultOf(answer);
  if (fault === undefined) return answer;
  await answer.body.cancel();
  throw fault;
}

function faultOf(answer: FoundAnswer): StorageError | undefined {
  if (!isEmptyVersion(answer.version)) return undefined;
  return new StorageError({ kind: 'bad_response', message: 'the answer carries neither an etag nor a generation' });
}

async function transferOf(answer: FoundAnswer, attempt: AttemptSignal, { range }: GetRequest): Promise<OpenTransfer> {
  const { body } = answer;
  try {
    return { answer, transfer: { body, attempt, ...sliceOf(answer, range) } };
  } catch (err) {
    await endTransfer({ body, attempt, skipBytes: 0, takeBytes: 0 });
    throw err;
  }
}

function sliceOf({ range: answered, sizeBytes }: FoundAnswer, asked: ByteRange | undefined): BodySlice {
  if (asked === undefined && sizeBytes === 0) return { skipBytes: 0, takeBytes: 0 };
  return sliceOfAnswer(asked ?? { start: 0, end: sizeBytes }, answered, sizeBytes);
}
