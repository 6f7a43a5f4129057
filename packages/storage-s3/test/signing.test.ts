import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { cachedCredentials, fixedCredentials } from '@icechunk/storage-core';
import { expect, it, vi } from 'vitest';
import { s3Target } from '../src/s3.ts';
import { signingOf } from '../src/signing.ts';
import { keys, no, recording } from './recording.ts';

it('hands the SDK a provider that is asked each time', async () => {
  const ids = ['one', 'two', 'three'];
  const source = { get: async () => ({ ...keys, accessKeyId: ids.shift() ?? 'none' }) };
  const { config } = signingOf(source);
  const provider = config.credentials as Exclude<S3ClientConfig['credentials'], undefined> & (() => Promise<unknown>);
  expect(await provider()).toMatchObject({ accessKeyId: 'one' });
  expect(await provider()).toMatchObject({ accessKeyId: 'two' });
  // By this mark the SDK puts no memo of its own before it.
  expect((provider as { readonly memoized?: unknown }).memoized).toBe(true);
});

it('has nothing to renew for keys that never change, and for none', () => {
  expect(signingOf(fixedCredentials(keys)).refresh).toBeUndefined();
  expect(signingOf(undefined).refresh).toBeUndefined();
});

it('does not renew keys again that have replaced the refused ones', async () => {
  let made = 0;
  const fetch = vi.fn(() => ({ ...keys, accessKeyId: `id-${++made}` }));
  await using server = await recording({ answer: () => no(400, 'ExpiredToken') });
  const target = s3Target({ bucket: 'b', endpointUrl: server.url, allowHttp: true, getCredentials: fetch });
  const context = { signal: new AbortController().signal };
  const get = () => target.sdk.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).catch(() => {});
  await Promise.all([get(), get()]);
  await target.refresh?.(context);
  await target.refresh?.(context);
  expect(fetch).toHaveBeenCalledTimes(2);
  await get();
  await target.refresh?.(context);
  expect(fetch).toHaveBeenCalledTimes(3);
});

it('takes for a refusal of the keys only what can be one', async () => {
  const source = cachedCredentials(() => ({ ...keys }));
  const refresh = vi.spyOn(source, 'refresh');
  const signing = signingOf(source);
  await using server = await recording();
  server.next(no(404, 'NoSuchKey'), no(400, 'ExpiredToken'));
  const sdk = new S3Client({
    region: 'r',
    endpoint: server.url,
    forcePathStyle: true,
    maxAttempts: 1,
    ...signing.config,
  });
  signing.watch(sdk);
  const refused = async (): Promise<unknown> => {
    await sdk.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).catch(() => {});
    await signing.refresh?.({ signal: new AbortController().signal });
    return refresh.mock.lastCall?.[0]?.refused;
  };
  expect(await refused()).toBeUndefined();
  expect(await refused()).toEqual(keys);
  sdk.destroy();
});
