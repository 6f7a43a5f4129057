import { isStorageError, type RetryAdvice, StorageError, type StorageErrorKind } from '@icechunk/storage-core';

type Meaning = readonly [kind: StorageErrorKind, message: string, retry: RetryAdvice];

const busy: Meaning = ['unavailable', 'another process is writing', 'again'];
const broken: Meaning = ['bad_response', 'the file is damaged, or is no database', 'no'];
const forbidden: Meaning = ['permission_denied', 'the database may not be opened or changed', 'no'];

// Primary result codes: https://www.sqlite.org/rescode.html (seen 2026-11).
const meanings: ReadonlyMap<number, Meaning> = new Map([
  [3, forbidden],
  [5, busy],
  [6, busy],
  [8, forbidden],
  [10, ['unavailable', 'the disk reports an error', 'no']],
  [11, broken],
  [13, ['unavailable', 'the disk is full', 'no']],
  [14, ['unavailable', 'the database file cannot be opened: is its folder there?', 'no']],
  [26, broken],
]);

/** What `node:sqlite` threw, as a {@link StorageError} with its advice. Whatever else was thrown passes as it is. */
export function toStorageError(err: unknown): unknown {
  if (isStorageError(err) || !(err instanceof Error) || !('errcode' in err)) return err;
  // The upper bytes of an extended code say more than is needed.
  const code = Number(err.errcode) & 0xff;
  const [kind, message, retry] = meanings.get(code) ?? ['unknown', 'the database failed', 'no'];
  return new StorageError({ kind, message, retry, providerCode: `SQLITE_${code}`, cause: err });
}
