import { describe, expect, it } from 'vitest';
import { generationOf, matchParameter, versionOf } from '../src/version.ts';

describe('generationOf', () => {
  it.each(['1', '1795410478090698', '9223372036854775807'])('gives %s', (generation) => {
    expect(generationOf({ generation, etag: 'x' })).toBe(generation);
  });

  it.each([
    undefined,
    '',
    '0',
    '00',
    '01',
    '-1',
    '1.5',
    '1e3',
    ' 1',
    '٣',
    '9223372036854775808',
    '99999999999999999999',
  ])('gives nothing for %j, which no object has', (generation) => {
    expect(generationOf({ etag: 'x', ...(generation !== undefined && { generation }) })).toBeUndefined();
  });
});

describe('matchParameter', () => {
  it('asks for no object, for one of a generation, or for nothing', () => {
    expect(matchParameter(undefined)).toEqual({});
    expect(matchParameter({ kind: 'create' })).toEqual({ ifGenerationMatch: '0' });
    expect(matchParameter({ kind: 'update', version: { generation: '7' } })).toEqual({ ifGenerationMatch: '7' });
  });

  it.each([{ etag: '"x"' }, { generation: '0' }, { generation: 'x' }])(
    'cannot be met by %j: never a create',
    (version) => {
      expect(matchParameter({ kind: 'update', version })).toBeUndefined();
    },
  );
});

describe('versionOf', () => {
  it('carries the etag along as the JSON API spells it', () => {
    expect(versionOf('7', '"CJ="', 200)).toEqual({ generation: '7', etag: 'CJ=' });
    expect(versionOf('7', 'CJ=', 200)).toEqual({ generation: '7', etag: 'CJ=' });
    expect(versionOf('7', undefined, 200)).toEqual({ generation: '7' });
  });

  it.each([undefined, '', '0', 'x'])('is none with generation %j: no update could ask for it', (generation) => {
    expect(() => versionOf(generation, 'CJ=', 200)).toThrow(/^bad_response: .*generation.*status 200/);
  });
});
