import { describe, expect, it } from 'vitest';
import {
  conditionsOf,
  ifMatch,
  isConditionFailure,
  isForeign,
  isRefusal,
  isSourceConditionFailure,
} from '../src/conditions.ts';

const create = { kind: 'create' } as const;
const update = { kind: 'update', version: { etag: '"0x8D1"' } } as const;

function answer(statusCode: number, errorCode?: string): object {
  return { statusCode, details: { errorCode } };
}

describe('conditionsOf', () => {
  it('asks for nothing, for no blob, or for one state', () => {
    expect(conditionsOf(undefined)).toEqual({});
    expect(conditionsOf(create)).toEqual({ ifNoneMatch: '*' });
    expect(conditionsOf(update)).toEqual({ ifMatch: '"0x8D1"' });
  });

  it('never leaves the header of an update out', () => {
    expect(ifMatch({})).toEqual({ ifMatch: '' });
  });
});

describe('isRefusal', () => {
  // https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes (seen 2026-11)
  it.each([
    [409, 'BlobAlreadyExists', true, false],
    [412, 'ConditionNotMet', true, true],
    [412, 'TargetConditionNotMet', true, true],
    [412, undefined, false, false],
    [404, 'BlobNotFound', false, true],
    [404, 'ContainerNotFound', false, false],
    [404, undefined, false, false],
    [409, undefined, false, false],
    [409, 'BlobImmutableDueToPolicy', false, false],
    [409, 'BlobBeingRehydrated', false, false],
    [409, 'LeaseAlreadyPresent', false, false],
    [409, 'PendingCopyOperation', false, false],
    [409, 'SnapshotsPresent', false, false],
    [409, 'ContainerBeingDeleted', false, false],
    [412, 'LeaseIdMissing', false, false],
    [412, 'LeaseIdMismatchWithBlobOperation', false, false],
    [412, 'LeaseLost', false, false],
    [403, 'AuthorizationFailure', false, false],
  ])('%i %s refuses a create: %s, an update: %s', (status, code, ofCreate, ofUpdate) => {
    expect(isRefusal(answer(status, code), create)).toBe(ofCreate);
    expect(isRefusal(answer(status, code), update)).toBe(ofUpdate);
    expect(isRefusal(answer(status, code), undefined)).toBe(false);
  });

  it('is none where no answer came', () => {
    expect(isRefusal(new Error('ECONNRESET'), create)).toBe(false);
    expect(isConditionFailure(undefined)).toBe(false);
  });
});

describe('isSourceConditionFailure', () => {
  it.each([
    [412, 'SourceConditionNotMet', true],
    [412, 'CannotVerifyCopySource', true],
    [404, 'CannotVerifyCopySource', false],
    [409, 'CannotVerifyCopySource', false],
    [412, 'LeaseIdMissing', false],
    [412, undefined, false],
  ])('%i %s: %s', (status, code, expected) => {
    expect(isSourceConditionFailure(answer(status, code))).toBe(expected);
  });
});

describe('isForeign', () => {
  it.each([['"*"'], ['*'], ['W/"*"'], ['"a,b"'], ['']])(
    'finds %s, which Azure would read as more than one state or none',
    (etag) => {
      expect(isForeign({ etag })).toBe(true);
    },
  );

  it.each([['"0x8DC0B5F1B2F7F4A"'], ['0x8DC0B5F1B2F7F4A']])('passes %s', (etag) => {
    expect(isForeign({ etag })).toBe(false);
  });
});
