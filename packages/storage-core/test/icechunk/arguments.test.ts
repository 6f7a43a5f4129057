import { describe, expect, it } from 'vitest';
import {
  argumentOf,
  toCondition,
  toEngineVersion,
  toMetadata,
  toPrivateBytes,
  toRange,
  toVersion,
} from '../../src/icechunk/arguments.ts';

describe('argumentOf', () => {
  it('takes the argument from either place, also where it is empty', () => {
    expect(argumentOf(null, 'a')).toBe('a');
    expect(argumentOf<string>('a', undefined)).toBe('a');
    expect(argumentOf(null, '')).toBe('');
    expect(argumentOf<string>('', undefined)).toBe('');
  });

  it('refuses a call without one', () => {
    expect(() => argumentOf(null, undefined)).toThrow('without an argument');
    expect(() => argumentOf<unknown>(new Error('engine'), undefined)).toThrow('without an argument');
  });
});

describe('toPrivateBytes', () => {
  it('copies what a view shows, and nothing around it', () => {
    const memory = new Uint8Array(new SharedArrayBuffer(9)).fill(7);
    const bytes = toPrivateBytes(memory.subarray(2, 5));
    expect(bytes).toEqual(Uint8Array.of(7, 7, 7));
    expect(bytes.buffer).toBeInstanceOf(ArrayBuffer);
    expect(bytes.buffer.byteLength).toBe(3);
  });

  it('refuses what is no bytes', () => {
    for (const data of [undefined, new DataView(new ArrayBuffer(3)), new Uint16Array(3)]) {
      expect(() => toPrivateBytes(data as never)).toThrow('invalid_options: data takes a Uint8Array');
    }
    expect(toPrivateBytes(Buffer.from([1, 2]))).toEqual(Uint8Array.of(1, 2));
  });
});

describe('toCondition', () => {
  it('tells replace, create and update apart', () => {
    expect(toCondition(undefined)).toBeUndefined();
    expect(toCondition(null)).toBeUndefined();
    expect(toCondition({})).toEqual({ kind: 'create' });
    expect(toCondition({ etag: null, generation: undefined })).toEqual({ kind: 'create' });
    expect(toCondition({ etag: '"a"' })).toEqual({ kind: 'update', version: { etag: '"a"' } });
    expect(toCondition({ etag: 'a', generation: '7' })).toEqual({
      kind: 'update',
      version: { etag: 'a', generation: '7' },
    });
    expect(toCondition({ etag: null, generation: '7' })).toEqual({ kind: 'update', version: { generation: '7' } });
  });
});

describe('toVersion', () => {
  it('is undefined where the engine names no version', () => {
    for (const version of [undefined, null, {}, { etag: null }]) expect(toVersion(version)).toBeUndefined();
    expect(toVersion({ etag: 'a', generation: null })).toEqual({ etag: 'a' });
  });
});

describe('toRange', () => {
  it('takes numbers, and null for what is not given', () => {
    expect(toRange({ path: 'a', rangeStart: 0, rangeEnd: 10 })).toEqual({ start: 0, end: 10 });
    expect(toRange({ path: 'a', rangeStart: 0, rangeEnd: 0 })).toEqual({ start: 0, end: 0 });
    expect(toRange({ path: 'a', rangeStart: null, rangeEnd: null })).toBeUndefined();
    expect(toRange({ path: 'a' })).toBeUndefined();
    expect(toRange({ path: 'a', rangeStart: 4, rangeEnd: null })).toEqual({ start: 4, end: 2 ** 53 - 1 });
  });
});

describe('toMetadata', () => {
  it('makes a record of pairs, whatever their names', () => {
    expect(toMetadata(undefined)).toEqual({});
    const pairs = [
      { key: 'icspecver', value: '2' },
      { key: '__proto__', value: 'x' },
    ];
    expect(Object.entries(toMetadata(pairs))).toEqual([
      ['icspecver', '2'],
      ['__proto__', 'x'],
    ]);
  });

  it('refuses a name given twice, whatever its case', () => {
    const twice = [
      { key: 'icclient', value: 'a' },
      { key: 'IcClient', value: 'b' },
    ];
    expect(() => toMetadata(twice)).toThrow('invalid_options: metadata takes each name once');
  });
});

describe('toEngineVersion', () => {
  it('never hands out a version that says nothing', () => {
    expect(toEngineVersion({ etag: 'a' })).toEqual({ etag: 'a' });
    expect(toEngineVersion({ etag: 'a', generation: '1' })).toEqual({ etag: 'a', generation: '1' });
    for (const version of [{}, { etag: '' }, { etag: '', generation: '' }]) {
      expect(() => toEngineVersion(version)).toThrow('bad_response');
    }
  });
});
