import { afterEach, expect, it, vi } from 'vitest';
import { chooseRegion, missingRegion } from '../src/region.ts';

afterEach(() => vi.unstubAllEnvs());

it.each([
  [{ region: 'eu-west-1', fromEnv: false }, 'eu-west-1'],
  [{ region: 'region-was-not-set', endpoint: new URL('https://s3.example.org'), fromEnv: false }, 'region-was-not-set'],
  [{ endpoint: new URL('https://s3.example.org'), fromEnv: false }, 'us-east-1'],
  [{ endpoint: new URL('https://s3.eu-central-1.amazonaws.com'), fromEnv: false }, 'eu-central-1'],
  [{ endpoint: new URL('https://s3.dualstack.us-west-2.amazonaws.com'), fromEnv: false }, 'us-west-2'],
  [{ endpoint: new URL('https://s3.cn-north-1.amazonaws.com.cn'), fromEnv: false }, 'cn-north-1'],
  [{ endpoint: new URL('https://s3-us-gov-west-1.amazonaws.com'), fromEnv: false }, 'us-gov-west-1'],
])('signs for the region of %o: %s', (choice, region) => {
  expect(chooseRegion(choice)).toBe(region);
});

it('names the option where AWS has no region', () => {
  expect(() => chooseRegion({ fromEnv: false })).toThrow('region is missing');
  const endpoint = new URL('https://s3.amazonaws.com');
  expect(() => chooseRegion({ endpoint, fromEnv: false })).toThrow('region is missing');
});

it('looks into the environment under fromEnv alone, and leaves the rest to a profile', () => {
  vi.stubEnv('AWS_REGION', '');
  vi.stubEnv('AWS_DEFAULT_REGION', '');
  expect(chooseRegion({ fromEnv: true })).toBeUndefined();
  vi.stubEnv('AWS_REGION', 'eu-west-3');
  expect(() => chooseRegion({ fromEnv: false })).toThrow('region is missing');
  expect(chooseRegion({ fromEnv: true })).toBe('eu-west-3');
  expect(chooseRegion({ fromEnv: true, endpoint: new URL('https://s3.example.org') })).toBe('eu-west-3');
  expect(chooseRegion({ fromEnv: true, region: 'us-west-1' })).toBe('us-west-1');
});

it('refuses what could become part of a host', () => {
  expect(() => chooseRegion({ region: 'example.org/', fromEnv: false })).toThrow('region takes a name');
});

it('keeps what the SDK said of a missing region as the cause', () => {
  expect(missingRegion(new Error('Region is missing')).cause?.message).toBe('Region is missing');
  expect(missingRegion().kind).toBe('invalid_options');
});
