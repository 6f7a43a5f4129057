import type { PutAnswer } from './client.ts';
import { StorageError } from './errors.ts';
import { isEmptyVersion } from './version.ts';

/** @throws {@link StorageError} `bad_response` where a write is answered without a version: the next update could only conflict. */
export function checkedPutAnswer(answer: PutAnswer): PutAnswer {
  if (answer.kind === 'refused' || !isEmptyVersion(answer.version)) return answer;
  throw new StorageError({ kind: 'bad_response', message: 'the write was answered without an etag or a generation' });
}

/** For a write without a condition that is answered with a conflict: nobody asked for one. */
export function refusedWithoutCondition(): StorageError {
  return new StorageError({ kind: 'bad_response', message: 'the provider refused a condition that was not asked for' });
}
