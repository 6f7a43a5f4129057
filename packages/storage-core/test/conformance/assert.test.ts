import { describe, expect, it } from 'vitest';
import {
  ConformanceFailure,
  check,
  checkBytes,
  checkEqual,
  checkRejects,
  fail,
  rejectionOf,
  showError,
} from '../../src/conformance/assert.ts';
import { StorageError } from '../../src/index.ts';

const notFound = new StorageError({ kind: 'not_found', message: 'gone' });

describe('assertions', () => {
  it('fail with what was seen', () => {
    expect(() => fail('two won')).toThrow(ConformanceFailure);
    expect(() => check(false, 'two won')).toThrow('two won');
    expect(() => check(true, 'two won')).not.toThrow();
  });

  it('compare values as JSON and show both', () => {
    expect(() => checkEqual({ a: [1] }, { a: [1] }, 'the answer')).not.toThrow();
    expect(() => checkEqual({ a: [1] }, { a: [2] }, 'the answer')).toThrow(
      'the answer: expected {"a":[2]}, saw {"a":[1]}',
    );
    expect(() => checkEqual(undefined, null, 'the answer')).toThrow('expected null, saw undefined');
    expect(() => checkEqual(undefined, undefined, 'the answer')).not.toThrow();
    expect(() => checkEqual(1n, 1n, 'what JSON cannot show')).not.toThrow();
  });

  it('do not take a number for its text', () => {
    expect(() => checkEqual('1', 1, 'the answer')).toThrow();
  });

  it('compare bytes and say where they part', () => {
    const bytes = (...of: number[]): Uint8Array => new Uint8Array(of);
    expect(() => checkBytes(bytes(1, 2), bytes(1, 2), 'the body')).not.toThrow();
    expect(() => checkBytes(bytes(), bytes(), 'the body')).not.toThrow();
    expect(() => checkBytes(bytes(1, 3), bytes(1, 2), 'the body')).toThrow('the byte at 1 is another');
    expect(() => checkBytes(bytes(1), bytes(1, 2), 'the body')).toThrow('expected 2 bytes, saw 1');
    expect(() => checkBytes(bytes(1, 2, 3), bytes(1, 2), 'the body')).toThrow('expected 2 bytes, saw 3');
    expect(() => checkBytes(bytes(1), bytes(), 'the body')).toThrow('expected 0 bytes, saw 1');
  });

  it('want a rejection of one of the kinds, and give it back', async () => {
    expect(await checkRejects(Promise.reject(notFound), ['invalid_path', 'not_found'], 'the get')).toBe(notFound);
    await expect(checkRejects(Promise.reject(notFound), ['closed'], 'the get')).rejects.toThrow(
      'the get: expected an error of kind closed, saw StorageError not_found: gone',
    );
    await expect(checkRejects(Promise.reject(new Error('boom')), ['closed'], 'the get')).rejects.toThrow(
      'saw Error: boom',
    );
    await expect(checkRejects(Promise.resolve({ kind: 'updated' }), ['closed'], 'the get')).rejects.toThrow(
      'the get: expected a rejection, saw {"kind":"updated"}',
    );
  });

  it('take a rejection with nothing for a rejection', async () => {
    expect(await rejectionOf(Promise.reject(undefined), 'the get')).toBeUndefined();
    await expect(rejectionOf(Promise.resolve(undefined), 'the get')).rejects.toThrow(ConformanceFailure);
  });

  it('show whatever is thrown', () => {
    expect(showError(new TypeError('no'))).toBe('TypeError: no');
    expect(showError('a text')).toBe('"a text"');
    expect(showError(undefined)).toBe('undefined');
  });
});
