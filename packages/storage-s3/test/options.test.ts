import { S3Client } from '@aws-sdk/client-s3';
import { isStorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { checkS3Options, checkServiceOptions, type S3StorageOptions } from '../src/options.ts';

const keys = { accessKeyId: 'my-access-key', secretAccessKey: 'my-secret-key' };
const getCredentials = () => keys;
const client = new S3Client({ region: 'us-east-1' });

describe('checkS3Options', () => {
  it.each([
    ['env', { fromEnv: true }],
    ['keys', keys],
    ['keys', { ...keys, sessionToken: 'my-token', expiresAfter: new Date() }],
    ['keys', { ...keys, anonymous: false, fromEnv: false, getCredentials: undefined }],
    ['anonymous', { anonymous: true }],
    ['callback', { getCredentials }],
    ['sdk', { credentials: keys }],
    ['sdk', { credentials: async () => keys }],
    ['client', { client }],
  ] as const)('tells the form %s', (form, options) => {
    expect(checkS3Options({ bucket: 'b', ...options })).toBe(form);
  });

  it.each([
    ['credentials are missing', {}],
    ['accessKeyId and anonymous exclude each other', { ...keys, anonymous: true }],
    ['secretAccessKey is missing', { accessKeyId: 'my-access-key' }],
    ['sessionToken cannot stand beside fromEnv', { fromEnv: true, sessionToken: 'my-token' }],
    ['getCredentials and credentials exclude each other', { getCredentials, credentials: keys }],
    ['fromEnv and client exclude each other', { client, fromEnv: true }],
    ['accessKey is no option', { accessKey: 'my-access-key' }],
    ['getCredentials takes a function', { getCredentials: keys }],
    ['expiresAfter takes a valid Date', { ...keys, expiresAfter: '2026-11-23' }],
    ['client takes an S3Client of the AWS SDK', { client: {} }],
    ['checksumAlgorithm takes one of CRC32', { ...keys, checksumAlgorithm: 'crc32' }],
    ['headers takes an object of header names', { ...keys, headers: { 'X-A': 'é' } }],
    ['allowHttp takes true or false', { ...keys, allowHttp: 'true' }],
    ['bucket takes a non-empty string', { bucket: '', ...keys }],
  ])('says that %s', (message, options) => {
    const error = caught(() => checkS3Options({ bucket: 'b', ...options }));
    expect(isStorageError(error, 'invalid_options')).toBe(true);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('my-secret-key');
  });
});

describe('checkServiceOptions', () => {
  it('knows nothing of a client', () => {
    expect(() => checkServiceOptions({ client }, {})).toThrow('client is no option');
  });
});

describe('S3StorageOptions', () => {
  it('compiles for one way to give credentials, and for no mix of them', () => {
    const place = { bucket: 'b', prefix: 'p' } as const;
    const right: readonly S3StorageOptions[] = [
      { ...place, fromEnv: true },
      { ...place, ...keys, region: 'us-east-1', sessionToken: 'my-token', endpointUrl: undefined, allowHttp: false },
      { ...place, anonymous: true, region: 'us-east-1' },
      { ...place, getCredentials },
      { ...place, getCredentials: async () => ({ ...keys, expiresAfter: new Date() }) },
      { ...place, credentials: keys },
      { ...place, client, requesterPays: true },
      { ...place, ...keys, anonymous: false },
    ];
    // @ts-expect-error none
    const none: S3StorageOptions = { ...place };
    // @ts-expect-error keys and anonymous at once
    const mixed: S3StorageOptions = { ...place, ...keys, anonymous: true };
    // @ts-expect-error half of the keys
    const half: S3StorageOptions = { ...place, accessKeyId: 'my-access-key' };
    // @ts-expect-error a token without its keys
    const token: S3StorageOptions = { ...place, fromEnv: true, sessionToken: 'my-token' };
    // @ts-expect-error a callback and a provider
    const twice: S3StorageOptions = { ...place, getCredentials, credentials: keys };
    // @ts-expect-error a region beside a client that has one
    const connected: S3StorageOptions = { ...place, client, region: 'us-east-1' };
    // @ts-expect-error a misspelt name
    const misspelt: S3StorageOptions = { ...place, ...keys, endpoint: 'https://example.org' };
    // @ts-expect-error no bucket
    const nowhere: S3StorageOptions = { ...keys };
    expect(right).toHaveLength(8);
    expect([none, mixed, half, token, twice, connected, misspelt, nowhere]).toHaveLength(8);
  });
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (err) {
    return err;
  }
}
