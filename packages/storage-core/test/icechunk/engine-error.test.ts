import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StorageError, type StorageErrorKind } from '../../src/errors.ts';
import { missingObject, neutralError } from '../../src/icechunk/engine-error.ts';

const kinds: StorageErrorKind[] = [
  'not_found',
  'invalid_range',
  'invalid_path',
  'invalid_options',
  'permission_denied',
  'unauthenticated',
  'unavailable',
  'timeout',
  'read_only',
  'unsupported',
  'changed_while_reading',
  'outcome_unknown',
  'bad_response',
  'closed',
  'unknown',
];
const words = [
  'ObjectNotFound',
  'StreamingError',
  'streaming error',
  'DispatchFailure',
  'ConnectorError',
  'IncompleteMessage',
  'connection reset',
];

describe('neutralError', () => {
  it('says kind and path, and nothing of what the provider said', () => {
    const error = new StorageError({
      kind: 'permission_denied',
      message: 'ObjectNotFound: key AKIA123',
      status: 403,
      cause: new Error('secret'),
    });
    const neutral = neutralError(error, 'repo');
    expect(neutral.message).toBe('permission_denied: repo');
    expect(neutral.cause).toBeUndefined();
  });

  it('never holds a word that the engine acts on, whatever the path', () => {
    const word = fc.constantFrom(...words.flatMap((w) => [w, w.toUpperCase(), w.toLowerCase()]));
    const path = fc.tuple(fc.string(), word, fc.string()).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(path, fc.string()), (kind, at) => {
        const { message } = neutralError(new StorageError({ kind, message: 'x' }), at);
        expect(message.startsWith(kind)).toBe(true);
        for (const said of words) expect(message.toLowerCase()).not.toContain(said.toLowerCase());
      }),
    );
  });
});

describe('missingObject', () => {
  it('says the word by which the engine knows a missing object', () => {
    expect(missingObject('config.yaml').message).toBe('ObjectNotFound: config.yaml');
  });
});
