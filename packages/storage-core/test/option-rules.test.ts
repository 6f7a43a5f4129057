import { describe, expect, it } from 'vitest';
import { isStorageError } from '../src/errors.ts';
import { checkOptions, type OptionRules, optionRules } from '../src/option-rules.ts';

const { flag, text, anyText, object, callback, date, positive, headers, oneOf } = optionRules;

function refusal(options: object, rules: OptionRules): string {
  try {
    checkOptions(options, rules);
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

describe('checkOptions', () => {
  it('passes what its rule takes, what is undefined, and what is left out', () => {
    expect(refusal({ a: true, b: undefined }, { a: flag, b: text, c: text })).toBe('none');
  });

  it('names a field that there is not, and those that there are', () => {
    expect(refusal({ acessKeyId: 'x' }, { accessKeyId: text, region: text })).toBe(
      'acessKeyId is no option: there are accessKeyId, region',
    );
  });

  it.each([
    [{ a: 1 }, flag, 'a takes true or false'],
    [{ a: '' }, text, 'a takes a non-empty string'],
    [{ a: null }, text, 'a takes a non-empty string'],
    [{ a: 7 }, anyText, 'a takes a string'],
    [{ a: [] }, object, 'a takes an object'],
    [{ a: null }, object, 'a takes an object'],
    [{ a: {} }, callback, 'a takes a function'],
    [{ a: '2026-11-23' }, date, 'a takes a valid Date'],
    [{ a: new Date(Number.NaN) }, date, 'a takes a valid Date'],
    [{ a: 0 }, positive, 'a takes a whole number from 1'],
    [{ a: 1.5 }, positive, 'a takes a whole number from 1'],
    [{ a: { 'x y': '1' } }, headers, 'a takes an object of header names and values in printable ASCII'],
    [{ a: { x: 'a\r\nb' } }, headers, 'a takes an object of header names and values in printable ASCII'],
    [{ a: { x: 1 } }, headers, 'a takes an object of header names and values in printable ASCII'],
    [{ a: 'c' }, oneOf('a', 'b'), 'a takes one of a, b'],
  ])('refuses %j', (options, rule, words) => {
    expect(refusal(options, { a: rule })).toBe(words);
  });

  it.each([
    [{ a: '' }, anyText],
    [{ a: new Date(0) }, date],
    [{ a: 1 }, positive],
    [{ a: { 'x-amz-acl': 'private' } }, headers],
    [{ a: () => {} }, callback],
    [{ a: 'b' }, oneOf('a', 'b')],
  ])('passes %j', (options, rule) => {
    expect(refusal(options, { a: rule })).toBe('none');
  });

  it('shows no value: it may be a secret in the wrong place', () => {
    expect(refusal({ region: { secretAccessKey: 'hush' } }, { region: text })).not.toContain('hush');
  });
});
