import { StorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { tokenSource } from '../src/credentials.ts';
import { passingFailure } from '../src/token-failure.ts';

/** As `@azure/identity` 4.14 (`errors.js`) and `@azure/core-rest-pipeline` 1.25 (`restError.js`) make them (seen 2026-11). */
function failure(name: string, fields: object, message = 'x'): Error {
  return Object.assign(new Error(message), { name, request: { body: 'client_secret=very-secret' } }, fields);
}

const passing = [
  ['a reset', failure('RestError', { code: 'ECONNRESET' })],
  ['a busy endpoint', failure('AuthenticationError', { statusCode: 503 })],
  ['too many requests', failure('RestError', { statusCode: 429 })],
  ['no network', failure('CredentialUnavailableError', {}, 'network_error: See https://aka.ms/x')],
] as const;

describe('passingFailure', () => {
  it.each(passing)('takes %s for what may pass, and says nothing of what was sent', async (_, sent) => {
    const source = tokenSource(() => ({ getToken: () => Promise.reject(sent) }), 'credential');
    const error: unknown = await source.get().catch((err: unknown) => err);
    expect(error).toMatchObject({ kind: 'unavailable', retry: 'again', detail: expect.stringContaining('credential') });
    expect(leaksOf(error, { secret: 'very-secret' })).toEqual([]);
  });

  it.each([
    ['a wrong secret', failure('AuthenticationError', { statusCode: 401 })],
    ['a credential that is none of this machine’s', failure('CredentialUnavailableError', {})],
    [
      'a chain of those',
      failure('AggregateAuthenticationError', { errors: [failure('RestError', { code: 'ENETUNREACH' })] }),
    ],
  ])('leaves %s to be told as refused', async (_, sent) => {
    expect(passingFailure(sent, 'credential')).toBeUndefined();
    const source = tokenSource(() => ({ getToken: () => Promise.reject(sent) }), 'credential');
    await expect(source.get()).rejects.toMatchObject({ kind: 'unauthenticated', retry: 'no' });
  });

  it('leaves what is said in the words of storages, and what is no error', () => {
    const said = new StorageError({ kind: 'timeout', message: 'late' });
    for (const odd of [said, undefined, null, 'text', 7]) expect(passingFailure(odd, 'credential')).toBeUndefined();
  });
});
