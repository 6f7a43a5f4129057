import { isStorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { InMemoryObjects, type InMemoryStorageOptions, inMemoryStorage } from '../src/index.ts';

function refusal(options: unknown): string {
  try {
    inMemoryStorage(options as InMemoryStorageOptions);
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

describe('the options of inMemoryStorage', () => {
  it('may all be given, and all be left out', () => {
    expect(refusal({})).toBe('none');
    expect(refusal({ objects: undefined, settings: undefined, onEvent: undefined, readOnly: undefined })).toBe('none');
    expect(refusal({ objects: new InMemoryObjects(), settings: {}, onEvent: () => {}, readOnly: true })).toBe('none');
  });

  it.each([
    [null, 'options takes an object'],
    ['path', 'options takes an object'],
    [
      { readonly: true },
      'readonly is no option: it is called readOnly; there are objects, settings, onEvent, readOnly',
    ],
    [{ objects: {} }, 'objects takes an InMemoryObjects'],
    [{ objects: null }, 'objects takes an InMemoryObjects'],
    [{ onEvent: 'log' }, 'onEvent takes a function'],
    [{ readOnly: 'yes' }, 'readOnly takes true or false'],
    [{ settings: [] }, 'settings takes an object'],
  ])('are refused as %j, naming the field', (options, detail) => {
    expect(refusal(options)).toBe(detail);
  });
});
