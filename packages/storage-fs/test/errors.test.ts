import { open, readFile } from 'node:fs/promises';
import { isStorageError, StorageError, type StorageErrorKind } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { errorCode, explained, isAbsence, toFileError } from '../src/errors.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: something, open '/data/x'`), { code, errno: -1, syscall: 'open' });
}

function told(code: string, use: 'read' | 'write', platform: NodeJS.Platform = 'linux'): string {
  const error = toFileError(failure(code), use, platform);
  if (!isStorageError(error)) throw error;
  expect(error.providerCode).toBe(code);
  return `${error.kind} ${error.retry}`;
}

describe('toFileError', () => {
  it.each([
    ['ENOENT', 'not_found no', 'unavailable again'],
    ['ENOTDIR', 'not_found no', 'invalid_path no'],
    ['EISDIR', 'not_found no', 'invalid_path no'],
    ['EEXIST', 'unknown no', 'invalid_path no'],
    ['ENOTEMPTY', 'unknown no', 'invalid_path no'],
    ['EACCES', 'permission_denied no', 'permission_denied no'],
    ['EPERM', 'permission_denied no', 'permission_denied no'],
    ['EROFS', 'read_only no', 'read_only no'],
    ['ENOSPC', 'unavailable no', 'unavailable no'],
    ['EDQUOT', 'unavailable no', 'unavailable no'],
    ['EFBIG', 'unavailable no', 'unavailable no'],
    ['EMFILE', 'unavailable again', 'unavailable again'],
    ['ENFILE', 'unavailable again', 'unavailable again'],
    ['ENOMEM', 'unavailable again', 'unavailable again'],
    ['ENAMETOOLONG', 'invalid_path no', 'invalid_path no'],
    ['EILSEQ', 'invalid_path no', 'invalid_path no'],
    ['ELOOP', 'invalid_path no', 'invalid_path no'],
    ['EIO', 'unavailable no', 'unavailable no'],
    ['ESTALE', 'unavailable again', 'unavailable again'],
    ['EBUSY', 'unavailable again', 'unavailable again'],
    ['EXDEV', 'unsupported no', 'unsupported no'],
    ['ENOTSUP', 'unsupported no', 'unsupported no'],
    ['ENOTCONN', 'unavailable again', 'unavailable again'],
    ['ETIMEDOUT', 'timeout again', 'timeout again'],
    ['EBADMSG', 'unknown no', 'unknown no'],
  ])('takes %s for %s in a read and %s in a write', (code, read, write) => {
    expect(told(code, 'read')).toBe(read);
    expect(told(code, 'write')).toBe(write);
  });

  it('takes a refused replacement on Windows for a file in use, and a refused read for a want of rights', () => {
    expect(told('EPERM', 'write', 'win32')).toBe('unavailable again');
    expect(told('EPERM', 'read', 'win32')).toBe('permission_denied no');
  });

  it('says that the disk is full', () => {
    expect(String(toFileError(failure('ENOSPC'), 'write'))).toMatch(/the disk is full .*code ENOSPC/);
  });

  it('keeps of the cause a copy only', () => {
    const cause = failure('EIO');
    const error = toFileError(cause, 'read');
    expect(isStorageError(error) && error.cause).not.toBe(cause);
    expect(isStorageError(error) && error.cause?.code).toBe('EIO');
  });

  it('passes what is no failure of a system call', () => {
    const own = new StorageError({ kind: 'closed', message: 'closed' });
    const abort = new DOMException('gone', 'AbortError');
    const mistake = Object.assign(new TypeError('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' });
    for (const err of [own, abort, mistake, 'text', undefined]) expect(toFileError(err, 'read')).toBe(err);
  });
});

describe('explained', () => {
  it('passes values on', async () => {
    expect(await explained('read', async () => 7)).toBe(7);
  });

  it.each<[string, () => Promise<unknown>, StorageErrorKind]>([
    ['a missing file', () => readFile('/no/such/file'), 'not_found'],
    ['a folder', () => readFile('/'), 'not_found'],
    ['a name that is too long', () => open(`/${'x'.repeat(300)}`), 'invalid_path'],
  ])('explains what the real system says of %s', async (_, work, kind) => {
    await expect(explained('read', work)).rejects.toSatisfy((err) => isStorageError(err, kind));
  });
});

describe('errorCode', () => {
  it('knows a system call from a mistake in a call', () => {
    expect(errorCode(failure('ENOENT'))).toBe('ENOENT');
    expect(errorCode(Object.assign(new Error('x'), { code: 'ERR_INVALID_STATE' }))).toBeUndefined();
    expect(errorCode(new DOMException('x', 'AbortError'))).toBeUndefined();
    expect(errorCode({ code: 'ENOENT' })).toBeUndefined();
  });

  it('calls absence what it is', () => {
    expect(isAbsence(failure('ENOENT'))).toBe(true);
    expect(isAbsence(failure('ENOTDIR'))).toBe(true);
    expect(isAbsence(failure('EACCES'))).toBe(false);
  });
});
