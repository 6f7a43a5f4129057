import { S3Client } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { open, targetOf, targetOfClient } from '../src/open.ts';
import { keys } from './recording.ts';

const headers = { read: {}, write: {}, create: {} };
const plan = { dialect: 's3', backend: 'S3', bucket: 'bucket', form: 'keys', headers } as const;

it('says where the storage is, and nothing more', () => {
  const options = { ...keys, prefix: 'p', endpointUrl: 'https://s3.example.org/' };
  const { info, ...target } = targetOf({ ...plan, options });
  expect(info).toEqual({
    backend: 'S3',
    fields: { bucket: 'bucket', prefix: 'p', region: 'us-east-1', endpointUrl: 'https://s3.example.org' },
  });
  expect(target).toMatchObject({
    ...{ dialect: 's3', bucket: 'bucket', prefix: 'p', requesterPays: false, contentMd5OnDelete: false },
    ...{ isCallersClient: false, refresh: undefined, legacyRootedKeys: undefined, checksumAlgorithm: undefined },
  });
});

it('hands on what the client asks about', () => {
  const options = { ...keys, requesterPays: true, checksumAlgorithm: 'SHA256', contentMd5OnDelete: true } as const;
  expect(targetOf({ ...plan, options: { ...options, region: 'us-east-1', legacyRootedKeys: true } })).toMatchObject({
    ...{ requesterPays: true, checksumAlgorithm: 'SHA256', contentMd5OnDelete: true, legacyRootedKeys: true },
  });
});

it("uses a caller's client as it is, and does not end it", async () => {
  const sdk = new S3Client({ region: 'us-east-1' });
  let destroyed = false;
  sdk.destroy = () => {
    destroyed = true;
  };
  const before = sdk.middlewareStack.identify();
  const target = targetOfClient('bucket', { prefix: 'p' }, sdk);
  expect(target).toMatchObject({ isCallersClient: true, info: { fields: { bucket: 'bucket', prefix: 'p' } } });
  expect(target.sdk).toBe(sdk);
  expect(sdk.middlewareStack.identify()).toEqual(before);
  await open(target, {}).close();
  expect(destroyed).toBe(false);
});

it('ends a client of its own', async () => {
  const target = targetOf({ ...plan, options: { ...keys, region: 'us-east-1' } });
  let destroyed = false;
  target.sdk.destroy = () => {
    destroyed = true;
  };
  await open(target, {}).close();
  expect(destroyed).toBe(true);
});

it('refuses a prefix that leads elsewhere, and settings that there are not', () => {
  const options = { ...keys, region: 'us-east-1' };
  const target = targetOf({ ...plan, options: { ...options, prefix: 'a/../b' } });
  expect(() => open(target, {})).toThrow('prefix must not have the segment ".."');
  expect(() => targetOf({ ...plan, options: { ...options, settings: { retry: 3 } as never } })).toThrow(
    'settings.retry is no setting',
  );
});
