import type { GetAnswer, GetRequest, ObjectHead } from './client.ts';
import { isStorageError, StorageError } from './errors.ts';
import type { Mechanics } from './mechanics.ts';
import { type BodySlice, type ByteRange, sliceOfAnswer } from './range.ts';
import type { Operation } from './runner.ts';
import { endTransfer, releaseBody, type Transfer } from './transfer.ts';
import { isEmptyVersion, isSameVersion, type VersionInfo } from './version.ts';

/** An answer that holds an object. */
export type FoundAnswer = Extract<GetAnswer, { kind: 'found' }>;

/** An object on its way. */
export interface OpenTransfer {
  readonly answer: FoundAnswer;
  readonly transfer: Transfer;
}

/**
 * Sends a get.
 *
 * @param unwanted Fires where it is not to be sent again any more.
 * @returns The transfer, or which condition was met instead.
 */
export async function openTransfer(
  { client, runner }: Mechanics,
  operation: Operation,
  request: GetRequest,
  unwanted?: AbortSignal,
): Promise<OpenTransfer | 'changed' | 'not_modified'> {
  const { value, attempt } = await runner.open(
    operation,
    async (context) => await checked(await client.get(request, context), request),
    { discard: ({ answer }) => answer.kind === 'found' && releaseBody(answer.body), unwanted },
  );
  const { answer, slice } = value;
  if (answer.kind === 'found') return { answer, transfer: { body: answer.body, attempt, ...slice } };
  attempt.release();
  return answer.kind;
}

/**
 * As {@link openTransfer} for bytes of a version that was there a moment ago, also where a server ignores conditions on
 * reads. Deleted, or cut shorter than the range, is changed.
 */
export async function openVersion(
  mechanics: Mechanics,
  operation: Operation,
  request: GetRequest & { readonly ifVersion: VersionInfo },
  unwanted?: AbortSignal,
): Promise<OpenTransfer | 'changed'> {
  const opened = await openTransfer(mechanics, operation, request, unwanted).catch((err: unknown) => {
    if (isStorageError(err, 'not_found', 'invalid_range')) return 'changed' as const;
    throw err;
  });
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

interface CheckedAnswer {
  readonly answer: GetAnswer;
  readonly slice: BodySlice;
}

const nothing: BodySlice = { skipBytes: 0, takeBytes: 0 };

async function checked(answer: GetAnswer, { range }: GetRequest): Promise<CheckedAnswer> {
  if (answer.kind !== 'found') return { answer, slice: nothing };
  try {
    checkVersion(answer);
    return { answer, slice: sliceOf(answer, range) };
  } catch (err) {
    await releaseBody(answer.body);
    throw err;
  }
}

/** @throws {@link StorageError} `bad_response` where a read is answered without a version. */
export function checkVersion({ version }: Pick<ObjectHead, 'version'>): void {
  if (!isEmptyVersion(version)) return;
  throw new StorageError({ kind: 'bad_response', message: 'the answer carries neither an etag nor a generation' });
}

function sliceOf({ range: answered, sizeBytes }: FoundAnswer, asked: ByteRange | undefined): BodySlice {
  if (asked === undefined && sizeBytes === 0) return nothing;
  return sliceOfAnswer(asked ?? { start: 0, end: sizeBytes }, answered, sizeBytes);
}
