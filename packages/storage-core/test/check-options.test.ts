import { describe, expect, it } from 'vitest';
import { checkCreation, checkOptionNames } from '../src/check-options.ts';
import { isStorageError } from '../src/errors.ts';

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

describe('checkOptionNames', () => {
  it('passes known names, none and all', () => {
    expect(refusal(() => checkOptionNames({}, ['range']))).toBe('none');
    expect(refusal(() => checkOptionNames({ range: 1, signal: undefined }, ['signal', 'range']))).toBe('none');
  });

  it('names a field that it does not know, and those that there are', () => {
    expect(refusal(() => checkOptionNames({ signal: 1, conditions: 1 }, ['signal', 'condition']))).toBe(
      'conditions is no option: there are signal, condition',
    );
    expect(refusal(() => checkOptionNames({ toString: 1 }, ['signal']))).toBe(
      'toString is no option: there are signal',
    );
  });

  it.each(['endpoint_url', 'endpointurl', 'EndpointURL'])('says what %s is called here', (name) => {
    expect(refusal(() => checkOptionNames({ [name]: 1 }, ['region', 'endpointUrl']))).toBe(
      `${name} is no option: it is called endpointUrl; there are region, endpointUrl`,
    );
  });

  it.each([null, 'create', 7])('refuses %j', (options) => {
    expect(refusal(() => checkOptionNames(options as unknown as object, []))).toBe('options takes an object');
  });
});

describe('checkCreation', () => {
  const defaults = {};

  it('passes what is left out, and names that it does not know', () => {
    const handedOn = { defaults, onEvent: undefined, readOnly: undefined, prefix: 'p' };
    expect(refusal(() => checkCreation(handedOn))).toBe('none');
    expect(refusal(() => checkCreation({ defaults, onEvent: () => {}, readOnly: false }))).toBe('none');
  });

  it.each([
    [undefined, 'options takes an object'],
    [null, 'options takes an object'],
    [{}, 'defaults takes cloudDefaults or localDefaults'],
    [{ defaults: null }, 'defaults takes cloudDefaults or localDefaults'],
    [{ defaults: 'cloud' }, 'defaults takes cloudDefaults or localDefaults'],
    [{ defaults, onEvent: 'log' }, 'onEvent takes a function'],
    [{ defaults, onEvent: null }, 'onEvent takes a function'],
    [{ defaults, readOnly: 'yes' }, 'readOnly takes true or false'],
    [{ defaults, readOnly: null }, 'readOnly takes true or false'],
  ])('refuses %j', (options, detail) => {
    expect(refusal(() => checkCreation(options as object))).toBe(detail);
  });
});
