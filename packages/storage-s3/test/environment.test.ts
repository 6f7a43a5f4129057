import { afterEach, expect, it, vi } from 'vitest';
import { endpointOf, environment, keysOf, regionOf } from '../src/environment.ts';

afterEach(() => vi.unstubAllGlobals());

const both = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };

it.each([
  [{}, undefined],
  [{ AWS_ACCESS_KEY_ID: 'id' }, undefined],
  [{ AWS_SECRET_ACCESS_KEY: 'secret' }, undefined],
  [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: 'secret' }, undefined],
  [both, { accessKeyId: 'id', secretAccessKey: 'secret' }],
  [
    { ...both, AWS_SESSION_TOKEN: 'token', AWS_CREDENTIAL_EXPIRATION: '2026-11-23T05:00:00Z' },
    {
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiresAfter: new Date(Date.UTC(2026, 10, 23, 5)),
    },
  ],
])('takes keys from %o', (env, keys) => {
  expect(keysOf(env)).toEqual(keys);
});

it('takes the region of AWS_REGION, then of AWS_DEFAULT_REGION', () => {
  expect(regionOf({ AWS_REGION: 'a', AWS_DEFAULT_REGION: 'b' })).toBe('a');
  expect(regionOf({ AWS_REGION: '', AWS_DEFAULT_REGION: 'b' })).toBe('b');
  expect(regionOf({})).toBeUndefined();
});

it("takes the endpoint of S3's own variable, then of the general one, unless they are to be ignored", () => {
  const env = { AWS_ENDPOINT_URL: 'https://general', AWS_ENDPOINT_URL_S3: 'https://own' };
  expect(endpointOf(env)).toEqual({ name: 'AWS_ENDPOINT_URL_S3', address: 'https://own' });
  expect(endpointOf({ ...env, AWS_ENDPOINT_URL_S3: '' })).toEqual({
    name: 'AWS_ENDPOINT_URL',
    address: 'https://general',
  });
  expect(endpointOf({ ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })).toBeUndefined();
  expect(endpointOf({})).toBeUndefined();
});

it('is empty where there is no process', () => {
  expect(environment()).toBe(process.env);
  vi.stubGlobal('process', undefined);
  expect(environment()).toEqual({});
});
