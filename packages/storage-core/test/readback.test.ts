import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { classify, type Readback, resolveRefused, resolveUnanswered, WRITE_ID } from '../src/readback.ts';

const version = { etag: '"1"' };
const head = (metadata?: Record<string, string>) => ({ version, sizeBytes: 1, ...(metadata && { metadata }) });

describe('classify', () => {
  it.each([
    [head({ [WRITE_ID]: 'mine' }), { kind: 'ours', version }],
    [head({ [WRITE_ID]: 'theirs' }), { kind: 'not_ours' }],
    [head({ icechunk_write_id: 'mine' }), { kind: 'not_ours' }],
    [head({ other: 'x' }), { kind: 'not_ours' }],
    [head({}), { kind: 'no_metadata' }],
    [head(), { kind: 'no_metadata' }],
    [undefined, { kind: 'absent' }],
    [
      { ...head({ [WRITE_ID]: 'mine' }), sizeBytes: 0 },
      { kind: 'damaged', sizeBytes: 0, sentBytes: 1 },
    ],
    [{ ...head({ [WRITE_ID]: 'theirs' }), sizeBytes: 0 }, { kind: 'not_ours' }],
  ])('%j is %j', (found, readback) => expect(classify({ writeId: 'mine', sizeBytes: 1 }, found)).toEqual(readback));
});

const readback: fc.Arbitrary<Readback> = fc.constantFrom(
  { kind: 'ours', version },
  { kind: 'not_ours' },
  { kind: 'no_metadata' },
  { kind: 'absent' },
);

describe('resolveRefused', () => {
  it('is a success exactly where the write is ours, and no conflict where nothing can tell', () => {
    fc.assert(
      fc.property(readback, fc.boolean(), (readback, mayHaveLanded) => {
        if (mayHaveLanded && (readback.kind === 'no_metadata' || readback.kind === 'absent')) {
          expect(() => resolveRefused(readback, mayHaveLanded)).toThrow('outcome_unknown');
          return;
        }
        const expected =
          readback.kind === 'ours' ? { kind: 'updated', newVersion: version } : { kind: 'not_on_latest_version' };
        expect(resolveRefused(readback, mayHaveLanded)).toEqual(expected);
      }),
    );
  });

  it('takes no write for landed that has other bytes than were sent', () => {
    const damaged = { kind: 'damaged', sizeBytes: 4, sentBytes: 5 } as const;
    for (const mayHaveLanded of [true, false]) {
      expect(() => resolveRefused(damaged, mayHaveLanded)).toThrow('the write landed with 4 of its 5 bytes');
    }
  });

  it('does not answer without a version', () => {
    expect(() => resolveRefused({ kind: 'ours', version: {} }, true)).toThrow('bad_response');
  });
});

describe('resolveUnanswered', () => {
  it('is a success where the write is ours, and else the error that there was', () => {
    const error = new StorageError({ kind: 'timeout', message: 'no answer' });
    expect(resolveUnanswered({ kind: 'ours', version }, error)).toEqual({ kind: 'updated', newVersion: version });
    expect(() => resolveUnanswered({ kind: 'not_ours' }, error)).toThrow(error);
    expect(() => resolveUnanswered({ kind: 'no_metadata' }, error)).toThrow(error);
    expect(() => resolveUnanswered({ kind: 'absent' }, error)).toThrow(error);
    const damaged = { kind: 'damaged', sizeBytes: 4, sentBytes: 5 } as const;
    expect(() => resolveUnanswered(damaged, error)).toThrow('the write landed with 4 of its 5 bytes');
  });
});
