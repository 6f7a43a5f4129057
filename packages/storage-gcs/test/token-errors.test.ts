import { StorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { errorFromAuth } from '../src/token-errors.ts';

const secret = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmVk';
const answer = (status: number, data: unknown): object =>
  Object.assign(new Error(`failed with ${secret}`), {
    response: { status, data, config: { body: secret } },
    config: { data: secret },
  });

describe('errorFromAuth', () => {
  it.each<[unknown, object]>([
    [
      answer(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }),
      {
        kind: 'unauthenticated',
        retry: 'no',
        status: 400,
        detail: 'no token was given for fromEnv (invalid_grant: Invalid JWT Signature.)',
      },
    ],
    [
      answer(401, { error: 'invalid_client' }),
      { kind: 'unauthenticated', retry: 'no', status: 401, detail: 'no token was given for fromEnv (invalid_client)' },
    ],
    [
      answer(400, { error: 'x', error_description: `unknown assertion ${secret}, sorry` }),
      { kind: 'unauthenticated', detail: 'no token was given for fromEnv (x: unknown assertion …, sorry)' },
    ],
    [
      answer(403, `<html>${secret}</html>`),
      { kind: 'unauthenticated', status: 403, detail: 'no token was given for fromEnv' },
    ],
    [
      answer(404, { error: { message: secret } }),
      { kind: 'unauthenticated', status: 404, detail: 'no token was given for fromEnv' },
    ],
    [answer(429, null), { kind: 'unavailable', retry: 'again', status: 429 }],
    [answer(503, undefined), { kind: 'unavailable', retry: 'again', status: 503 }],
    [
      Object.assign(new Error(secret), { code: 'ECONNREFUSED' }),
      {
        kind: 'unavailable',
        retry: 'again',
        providerCode: 'ECONNREFUSED',
        detail: 'no token could be had for fromEnv, since nothing listens at the endpoint',
      },
    ],
    [
      new Error('x', { cause: { code: 'ENOTFOUND' } }),
      { kind: 'unavailable', retry: 'again', providerCode: 'ENOTFOUND' },
    ],
    [Object.assign(new Error(secret), { code: 'CERT_HAS_EXPIRED' }), { kind: 'unavailable', retry: 'no' }],
    [
      Object.assign(new Error(secret), { code: 'ERR_OSSL_UNSUPPORTED' }),
      { kind: 'invalid_options', detail: 'fromEnv holds a private_key that cannot be used to sign' },
    ],
    [
      new Error(`Unable to read ${secret} from there`),
      {
        kind: 'unauthenticated',
        retry: 'no',
        detail: 'no token could be had for fromEnv: Unable to read … from there',
      },
    ],
    ['nothing', { kind: 'unauthenticated', detail: 'no token could be had for fromEnv' }],
    [undefined, { kind: 'unauthenticated', detail: 'no token could be had for fromEnv' }],
  ])('%o', (thrown, expected) => {
    const error = errorFromAuth(thrown, 'fromEnv');
    expect(error).toMatchObject(expected);
    expect(leaksOf(error, { secret })).toEqual([]);
  });

  it('leaves what is explained already as it is', () => {
    const error = new StorageError({ kind: 'invalid_options', message: 'a file' });
    expect(errorFromAuth(error, 'fromEnv')).toBe(error);
  });
});
