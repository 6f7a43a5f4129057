import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isRetryable, isStorageError, StorageError, toStorageError } from '../src/errors.ts';

const SECRET = 'wJalrXUtnFEMI';

/** What an SDK throws: an error that carries the request, its headers and its body. */
function sdkError(): Error {
  return Object.assign(new Error(`PUT https://user:${SECRET}@host/b/k?X-Amz-Signature=${SECRET} failed`), {
    code: 'ECONNRESET',
    config: { headers: { authorization: `Bearer ${SECRET}` }, body: new Uint8Array(3) },
    $metadata: { key: SECRET },
  });
}

describe('StorageError', () => {
  it('says in its message what, where, and after how many attempts', () => {
    const error = new StorageError({
      kind: 'unavailable',
      message: 'slow down',
      status: 503,
      providerCode: 'SlowDown',
    });
    expect(error.message).toBe('unavailable: slow down (status 503, code SlowDown)');
    const placed = error.with({ backend: 's3', operation: 'putObject', path: 'a "b"', attempts: 10 });
    expect(placed.message).toBe(
      'unavailable: slow down (s3 putObject, "a \\"b\\"", status 503, code SlowDown, 10 attempts)',
    );
    expect(placed.stack).toContain(placed.message);
    expect(placed.with({ path: 'other' }).path).toBe('a "b"');
  });

  it('advises another attempt for what passes by itself, unless it is told otherwise', () => {
    const kinds = ['unavailable', 'timeout', 'not_found', 'unauthenticated'] as const;
    expect(kinds.map((kind) => new StorageError({ kind, message: '' }).retry)).toEqual(['again', 'again', 'no', 'no']);
    expect(new StorageError({ kind: 'unauthenticated', message: '', retry: 'after_refresh' }).retryable).toBe(true);
  });

  it('has no field for what it was not given', () => {
    const error = new StorageError({ kind: 'closed', message: 'x' });
    expect(Object.keys(error).sort()).toEqual(['detail', 'kind', 'name', 'retry']);
  });

  it('keeps of its cause the name, code, message and stack, and none of its secrets', () => {
    const error = new StorageError({
      kind: 'unavailable',
      message: `no answer from https://h/k?sig=${SECRET}`,
      cause: sdkError(),
    });
    const placed = toStorageError(error).with({ backend: 's3' });
    for (const one of [error, placed]) {
      expect(Object.keys(one.cause as object).sort()).toEqual(['code', 'message', 'name', 'stack']);
      expect(one.cause).toMatchObject({ name: 'Error', code: 'ECONNRESET', message: 'PUT https://host/b/k failed' });
      const shown = [
        one.message,
        one.stack,
        inspect(one, { depth: 10, showHidden: true }),
        JSON.stringify(one),
        String(one.cause),
      ];
      for (const text of shown) expect(text).not.toContain(SECRET);
    }
  });

  it('survives any cause', () => {
    for (const cause of ['text', 5, null, {}, Object.create(null), { name: 3, message: {} }]) {
      expect(() => JSON.stringify(new StorageError({ kind: 'unknown', message: '', cause }))).not.toThrow();
    }
  });

  it('is JSON without its stack', () => {
    const error = new StorageError({ kind: 'not_found', message: 'gone', path: 'k', cause: new Error('x') });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'StorageError',
      kind: 'not_found',
      retry: 'no',
      path: 'k',
      message: 'not_found: gone ("k")',
      cause: { name: 'Error', message: 'x' },
    });
  });
});

describe('isStorageError', () => {
  it('knows the error by its brand, whichever copy of the package made it, and by its kind', () => {
    const foreign = Object.assign(new Error('x'), {
      kind: 'timeout',
      [Symbol.for('@icechunk/storage-core/StorageError')]: true,
    });
    expect(isStorageError(foreign)).toBe(true);
    expect(isStorageError(foreign, 'not_found', 'timeout')).toBe(true);
    expect(isStorageError(foreign, 'not_found')).toBe(false);
    for (const other of [new Error('x'), { kind: 'timeout' }, null, undefined, 'timeout'])
      expect(isStorageError(other)).toBe(false);
  });

  it('tells what may be tried again', () => {
    expect(isRetryable(new StorageError({ kind: 'timeout', message: '' }))).toBe(true);
    expect(isRetryable(new StorageError({ kind: 'closed', message: '' }))).toBe(false);
    expect(isRetryable(new Error('timeout'))).toBe(false);
  });
});
