import { describe, expect, it } from 'vitest';
import { chooseCredentialForm } from '../src/credential-forms.ts';
import { isStorageError } from '../src/errors.ts';

const forms = {
  environment: { fields: ['fromEnv'] },
  keys: { fields: ['accessKeyId', 'secretAccessKey'], optional: ['sessionToken'] },
  anonymous: { fields: ['anonymous'] },
} as const;

function choice(options: object): string {
  try {
    return chooseCredentialForm(options, forms);
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
}

describe('chooseCredentialForm', () => {
  it.each([
    [{ fromEnv: true }, 'environment'],
    [{ fromEnv: true, anonymous: false, accessKeyId: undefined }, 'environment'],
    [{ anonymous: true, region: 'x' }, 'anonymous'],
    [{ accessKeyId: 'a', secretAccessKey: 'b' }, 'keys'],
    [{ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }, 'keys'],
  ])('%j', (options, name) => {
    expect(choice(options)).toBe(name);
  });

  it.each([
    [{}, 'credentials are missing: give fromEnv, accessKeyId with secretAccessKey or anonymous'],
    [{ fromEnv: false }, 'credentials are missing: give fromEnv, accessKeyId with secretAccessKey or anonymous'],
    [
      { accessKeyId: 'a', secretAccessKey: 'b', anonymous: true },
      'accessKeyId and anonymous exclude each other: give one',
    ],
    [{ fromEnv: true, secretAccessKey: 'b' }, 'fromEnv and secretAccessKey exclude each other: give one'],
    [{ accessKeyId: 'a' }, 'secretAccessKey is missing: accessKeyId and secretAccessKey go together'],
    [{ fromEnv: true, sessionToken: 'c' }, 'sessionToken cannot stand beside fromEnv'],
    [
      { sessionToken: 'c' },
      'sessionToken alone make no credentials: give fromEnv, accessKeyId with secretAccessKey or anonymous',
    ],
  ])('refuses %j', (options, words) => {
    expect(choice(options)).toBe(words);
  });
});
