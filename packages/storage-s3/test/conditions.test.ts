import { StorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import {
  conditionEtag,
  conditionFields,
  conditionHeaders,
  hintFor,
  isRefusal,
  isSameInConditions,
} from '../src/conditions.ts';

describe('conditionEtag', () => {
  it.each([
    ['"abc"', 'abc'],
    ['"b96b8e43eae1096721fcd7be1cc9e104-2"', 'b96b8e43eae1096721fcd7be1cc9e104-2'],
    ['abc', 'abc'],
    ['W/"abc"', 'W/"abc"'],
  ])('sends %s as %s', (etag, sent) => {
    expect(conditionEtag({ etag })).toBe(sent);
  });

  it.each(['"*"', '"a,b"', '"W/a"', '""', '"a b"'])(
    'leaves %s in its quotes, without which it would mean another',
    (etag) => {
      expect(conditionEtag({ etag })).toBe(etag);
    },
  );
});

describe('isSameInConditions', () => {
  it.each([
    ['"abc"', 'abc', true],
    ['"abc"', '"abc"', true],
    ['"abc"', '"abd"', false],
    ['W/"abc"', 'abc', false],
    ['"*"', '*', false],
  ])('of %s and %s is %s', (etag, other, same) => {
    expect(isSameInConditions({ etag }, { etag: other })).toBe(same);
  });
});

describe('conditionFields and conditionHeaders', () => {
  it('ask for nothing, for no object, and for one version', () => {
    const update = { kind: 'update', version: { etag: '"v"' } } as const;
    expect([conditionFields(undefined), conditionHeaders(undefined)]).toEqual([{}, {}]);
    expect(conditionFields({ kind: 'create' })).toEqual({ IfNoneMatch: '*' });
    expect(conditionHeaders({ kind: 'create' })).toEqual({ 'if-none-match': '*' });
    expect(conditionFields(update)).toEqual({ IfMatch: 'v' });
    expect(conditionHeaders(update)).toEqual({ 'if-match': 'v' });
  });
});

describe('isRefusal', () => {
  const create = { kind: 'create' } as const;
  const update = { kind: 'update', version: { etag: 'v' } } as const;
  const failure = (kind: 'not_found' | 'bad_response' | 'invalid_options', status: number, providerCode?: string) =>
    new StorageError({ kind, message: 'x', status, ...(providerCode !== undefined && { providerCode }) });

  it.each([
    [create, failure('bad_response', 412), true],
    [update, failure('bad_response', 412, 'PreconditionFailed'), true],
    [create, failure('bad_response', 304), true],
    [update, failure('bad_response', 304), false],
    [update, failure('not_found', 404, 'NoSuchKey'), true],
    [update, failure('not_found', 404), true],
    [create, failure('not_found', 404), false],
    [update, failure('not_found', 404, 'NoSuchUpload'), false],
    [update, failure('invalid_options', 404, 'NoSuchBucket'), false],
    [undefined, failure('bad_response', 412), false],
    [update, new Error('412'), false],
  ])('under %j, says of %s: %s', (condition, err, expected) => {
    expect(isRefusal(err, condition)).toBe(expected);
  });
});

describe('hintFor', () => {
  it('names the setting of each part that a store may not offer', () => {
    expect(hintFor(undefined, undefined)).toBeUndefined();
    expect(hintFor('create', undefined)).toContain('unsafeUseConditionalCreate: false');
    expect(hintFor('update', { a: 'b' })).toMatch(/unsafeUseConditionalUpdate: false.*unsafeUseMetadata: false/);
  });
});
