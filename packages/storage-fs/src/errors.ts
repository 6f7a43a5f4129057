import { isStorageError, type RetryAdvice, StorageError, type StorageErrorKind } from '@icechunk/storage-core';
import type { Platform } from './path.ts';

/** What a failing call was for: the same code means another thing under a write. */
export type FileUse = 'read' | 'write';

type Meaning = readonly [kind: StorageErrorKind, message: string, retry?: RetryAdvice];

const absent: Meaning = ['not_found', 'no such object'];
const forbidden: Meaning = ['permission_denied', "the process's user may not do this in the storage's folder"];
const full: Meaning = ['unavailable', 'the disk is full', 'no'];
const tooManyFiles: Meaning = ['unavailable', 'too many files are open', 'again'];
const busy: Meaning = ['unavailable', 'the file is in use', 'again'];
const unreachable: Meaning = ['unavailable', 'the file system does not answer', 'again'];
const cannot: Meaning = ['unsupported', 'the file system does not offer a call that is needed'];
const link: Meaning = ['invalid_path', 'a symbolic link is in the way: links below the root are not followed'];

// Codes as Node names them on every platform: https://nodejs.org/api/errors.html#common-system-errors (seen 2026-11).
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['ENOENT', absent],
  ['ENOTDIR', absent],
  ['EISDIR', absent],
  ['EACCES', forbidden],
  ['EPERM', forbidden],
  ['EROFS', ['read_only', 'the file system is mounted read-only']],
  ['ENOSPC', full],
  ['EDQUOT', ['unavailable', "the user's share of the disk is used up", 'no']],
  ['EFBIG', ['unavailable', 'the file is larger than the file system or the process may write', 'no']],
  ['EMFILE', tooManyFiles],
  ['ENFILE', tooManyFiles],
  ['ENOMEM', ['unavailable', 'the system has no memory left', 'again']],
  ['ENAMETOOLONG', ['invalid_path', 'the name or the path is longer than the file system takes']],
  ['EILSEQ', ['invalid_path', 'the file system does not take this name']],
  ['ELOOP', link],
  // What FreeBSD says of a link under O_NOFOLLOW.
  ['EMLINK', link],
  ['EIO', ['unavailable', 'the disk reports an error', 'no']],
  // NFS: the file was replaced on another host while this one had it open.
  ['ESTALE', ['unavailable', 'the file was replaced on another host', 'again']],
  ['EBUSY', busy],
  ['ETXTBSY', busy],
  ['EAGAIN', busy],
  ['EINTR', busy],
  ['EXDEV', ['unsupported', 'a folder of the storage is on another file system than the files in it']],
  ['ENOSYS', cannot],
  ['ENOTSUP', cannot],
  ['EOPNOTSUPP', cannot],
  // A network mount or a FUSE process that went away.
  ['ENOTCONN', unreachable],
  ['EHOSTDOWN', unreachable],
  ['ENODEV', unreachable],
  ['ETIMEDOUT', ['timeout', 'the file system does not answer']],
]);

const underAnObject: Meaning = [
  'invalid_path',
  'a part of the path is an object already, and a file cannot be a folder',
];
const aFolder: Meaning = ['invalid_path', 'objects lie under this path already, and a folder cannot be a file'];

const meaningsUnderWrite: ReadonlyMap<string, Meaning> = new Map([
  ['ENOTDIR', underAnObject],
  ['EISDIR', aFolder],
  ['ENOTEMPTY', aFolder],
  ['EEXIST', underAnObject],
  ['ENOENT', ['unavailable', 'the folder was removed during the write', 'again']],
]);

/** What was caught of a call to the file system, as a {@link StorageError}. What is no such failure passes as it is. */
export function toFileError(err: unknown, use: FileUse, platform: Platform = process.platform): unknown {
  const code = errorCode(err);
  if (code === undefined || isStorageError(err)) return err;
  const [kind, message, retry] = meaningOf(code, use, platform);
  return new StorageError({ kind, message, ...(retry && { retry }), providerCode: code, cause: err });
}

/** Passes a value on, and what goes wrong as {@link toFileError} has it. */
export async function explained<T>(use: FileUse, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (err) {
    throw toFileError(err, use);
  }
}

function meaningOf(code: string, use: FileUse, platform: Platform): Meaning {
  // Windows says EPERM of a file that somebody has open without leave to replace or remove it.
  if (code === 'EPERM' && use === 'write' && platform === 'win32') return busy;
  const underWrite = use === 'write' ? meaningsUnderWrite.get(code) : undefined;
  return underWrite ?? meanings.get(code) ?? ['unknown', 'the file system failed'];
}

/** True where a call failed since what it names is not there. */
export function isAbsence(err: unknown): boolean {
  const code = errorCode(err);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The code of a system call's failure, for example `ENOENT`; undefined where `err` is none. */
export function errorCode(err: unknown): string | undefined {
  if (!(err instanceof Error) || !('code' in err)) return undefined;
  return typeof err.code === 'string' && /^E[A-Z0-9]+$/.test(err.code) ? err.code : undefined;
}
