import { describe, expect, it } from 'vitest';
import { checkContentType, checkMetadata, userMetadata } from '../src/attributes.ts';

describe('checkMetadata', () => {
  it('passes what every provider gives back as it was', () => {
    checkMetadata({ icspecver: '2', 'X-odd_name.1': 'a=b; "c" d,e', empty: '', ['__proto__']: 'x' });
  });

  it.each([
    [{ '': 'x' }, 'HTTP token'],
    [{ 'a b': 'x' }, 'HTTP token'],
    [{ 'a\r\nb': 'x' }, 'HTTP token'],
    [{ é: 'x' }, 'HTTP token'],
    [{ A: '1', a: '2' }, 'given twice'],
    [{ IcechunkWriteId: 'x' }, 'recover lost responses'],
    [{ icechunk_write_id: 'x' }, 'recover lost responses'],
    [{ a: 'x\r\ny: z' }, 'printable ASCII'],
    [{ a: 'é' }, 'printable ASCII'],
    [{ a: ' x' }, 'without spaces'],
    [{ a: 5 as unknown as string }, 'printable ASCII'],
  ])('refuses %j', (metadata, message) => {
    expect(() => checkMetadata(metadata as Record<string, string>)).toThrow(message);
    expect(() => checkMetadata(metadata as Record<string, string>)).toThrow('invalid_options');
  });
});

describe('checkContentType', () => {
  it('refuses what is no header value', () => {
    checkContentType('application/octet-stream');
    for (const type of ['', 'a\nb', 'é', 5])
      expect(() => checkContentType(type as string)).toThrow('contentType takes');
  });
});

describe('userMetadata', () => {
  it('is in lower case and without write-ids, old or new', () => {
    expect(userMetadata({ Abc: '1', icechunkwriteid: 'x', Icechunk_Write_Id: 'y' })).toEqual({ abc: '1' });
  });
});
